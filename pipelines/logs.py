"""Logs for machines: one JSON object a line, and no secret in any of them.

Each line has `timestamp` (UTC), `level`, `logger`, `message`, and where known `run_id`, `step`
and what the line is about (`seconds`, `rows`, ...).
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO, get_args
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from pipelines import settings
from pipelines.display import json_line
from pipelines.settings import Settings

REDACTED = "[secret]"

DAGSTER_FORMATS = {"text": "colored", "json": "json"}
"""`GWR_LOG_FORMAT` -> what Dagster's own commands call it."""

_OTHER_SECRETS = ("DAGSTER_POSTGRES_PASSWORD",)
"""Variables that Dagster reads, not this project's settings."""

_DSN_PASSWORD = re.compile(r"\bpassword\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']+))", re.IGNORECASE)

_OWN_LOGGERS = ("gwr", "pipelines")

_TOO_SHORT = 4
"""Replacing every `a` or `12` would spoil the text and hide nothing."""


def _secret_variables() -> Iterable[str]:
    """Names of the variables behind every `SecretStr` field of `pipelines.settings`."""
    for kind in vars(settings).values():
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            prefix = kind.model_config.get("env_prefix", "")
            for name, field in kind.model_fields.items():
                if SecretStr in (field.annotation, *get_args(field.annotation)):
                    yield f"{prefix}{name}".upper()


def _with_password(secret: str) -> Iterable[str]:
    """A secret, and the password in it where it is an address: errors often quote only a part."""
    yield secret
    for quoted, bare in _DSN_PASSWORD.findall(secret):
        yield bare or re.sub(r"\\(.)", r"\1", quoted)
    try:
        password = urlsplit(secret).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)


def secret_values() -> tuple[str, ...]:
    """Every text that no log may show, the longest first: the values of secret settings that are set."""
    names = {*_secret_variables(), *_OTHER_SECRETS}
    found = [value for name, value in os.environ.items() if name.upper() in names]
    parts = {part for secret in found for part in _with_password(secret) if len(part) >= _TOO_SHORT}
    return tuple(sorted(parts, key=lambda part: (-len(part), part)))


def redacted(text: str, secrets: tuple[str, ...] | None = None) -> str:
    """A text with every secret in it replaced by `[secret]`."""
    for secret in secret_values() if secrets is None else secrets:
        text = text.replace(secret, REDACTED)
    return text


def _redacted_value(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {redacted(str(key), secrets): _redacted_value(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_redacted_value(item, secrets) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redacted(str(value), secrets)


def _redacting(secrets: tuple[str, ...]) -> structlog.typing.Processor:
    """The step that comes after tracebacks became text and before JSON escapes anything."""

    def redact(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        del logger, name
        return {redacted(key, secrets): _redacted_value(value, secrets) for key, value in event.items()}

    return redact


def _json_text(value: Any, **options: Any) -> str:
    return json_line(json.dumps(value, ensure_ascii=False, **options))


def json_formatter(secrets: tuple[str, ...] | None = None) -> logging.Formatter:
    """The formatter of a standard handler: a record becomes one JSON line; `extra=` becomes its keys."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ExtraAdder(),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redacting(secret_values() if secrets is None else secrets),
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(_json_text),
        ],
    )


class _JsonHandler(logging.StreamHandler[TextIO]):
    """The one handler of `log_as_json`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The project's own lines, and warnings of others. What a step logs is in the run's log already."""
        own = record.name.partition(".")[0] in _OWN_LOGGERS
        passed = own or (record.levelno >= logging.WARNING and record.name != "dagster.builtin")
        return passed and bool(super().filter(record))


def logs_are_json() -> bool:
    """Whether `log_as_json` was called in this process."""
    return any(isinstance(handler, _JsonHandler) for handler in logging.getLogger().handlers)


def log_as_json(stream: TextIO, secrets: tuple[str, ...] | None = None) -> logging.Handler:
    """Send what this process logs to a stream as JSON lines: the project's from `info`, others' warnings.

    Warnings of Python become lines too. A second call changes nothing.

    Returns:
        The handler, for whoever wants it removed again.
    """
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, _JsonHandler):
            return handler
    handler = _JsonHandler(stream)
    handler.setFormatter(json_formatter(secrets))
    logging.captureWarnings(True)
    root.addHandler(handler)
    for name in _OWN_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
    return handler


def follow_log_format() -> None:
    """Log as `GWR_LOG_FORMAT` says, in a process that somebody else started: a run, a code server."""
    if Settings().log_format == "json":
        log_as_json(sys.stderr)
