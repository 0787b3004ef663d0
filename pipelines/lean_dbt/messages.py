"""dbt without the messages that nobody writes.

dbt makes some twenty debug messages for each node: it fills each into a protocol buffer, renders it as JSON and as
text, looks for secrets in it, and then drops it, because neither the file nor the stream takes that level: a third
of a run's processor time.
"""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import BaseEvent
from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import _log_level_map

from pipelines.lean_dbt.replacing import replace

_fire_event = EventManager.fire_event
_fill = BaseEvent.__init__
_get = BaseEvent.__getattr__
_set = BaseEvent.__setattr__
_FILLED = "pb_msg"


def drop_unwritten_messages() -> None:
    """Have dbt, in this process, fill and render only messages that a log takes. The logs stay as they were.

    The only callback in a process of ours is dbt's own, for usage statistics about warnings.
    """
    replace(EventManager, "fire_event", _fire_written)
    replace(BaseEvent, "__init__", _keep_arguments)
    replace(BaseEvent, "__getattr__", _get_filled)
    replace(BaseEvent, "__setattr__", _set_filled)


def _fire_written(manager: EventManager, e: Any, level: Any = None, *rest: Any, **named: Any) -> None:
    if manager.loggers:
        lowest = min(_log_level_map[logger.level] for logger in manager.loggers)
        if _log_level_map[level or e.level_tag()] < lowest:
            return
    _fire_event(manager, e, level, *rest, **named)


def _keep_arguments(event: BaseEvent, *args: Any, **named: Any) -> None:
    event.__dict__["_arguments"] = (args, named)


def _fill_once(event: BaseEvent) -> None:
    arguments = event.__dict__.pop("_arguments", None)
    if arguments is not None:
        _fill(event, *arguments[0], **arguments[1])


def _get_filled(event: BaseEvent, key: str) -> Any:
    _fill_once(event)
    return event.__dict__[_FILLED] if key == _FILLED else _get(event, key)  # type: ignore[no-untyped-call]


def _set_filled(event: BaseEvent, key: str, value: Any) -> None:
    if key != _FILLED:
        _fill_once(event)
    _set(event, key, value)  # type: ignore[no-untyped-call]
