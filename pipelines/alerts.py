"""A run that failed, or a check of it that did, is told to a webhook.

The address holds a token, so it is a secret: it stands in no log, error or metadata.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import Any

import dagster as dg
import httpx
import stamina

from pipelines.instance import CLI_TAG
from pipelines.logs import redacted
from pipelines.settings import Settings

STARTED_BY = "gwr/started_by"
LINE_LENGTH = 300
SHOWN = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that failed and the first line of what it said."""

    step: str
    error: str


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that did not pass: severity `error` or `warning`, and what it said, where it said anything."""

    asset: str
    check: str
    severity: str
    description: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What is wrong with a run. `kind` is `run_failed` or `checks_failed`."""

    kind: str
    run_id: str
    job: str
    started_by: str
    failed_steps: tuple[FailedStep, ...]
    failed_checks: tuple[FailedCheck, ...]
    page_url: str | None

    @property
    def text(self) -> str:
        """The alert in words, as chat services show it."""
        what = "failed" if self.kind == "run_failed" else "finished, but checks did not pass"
        lines = [f"gov-work-reports: run {self.run_id[:8]} of {self.job} ({self.started_by}) {what}"]
        lines += [f"• {step.step}: {step.error}" for step in self.failed_steps[:SHOWN]]
        lines += [
            f"• {check.severity}: {check.asset}: {check.check}"
            + (f" ({check.description})" if check.description else "")
            for check in self.failed_checks[:SHOWN]
        ]
        more = len(self.failed_steps[SHOWN:]) + len(self.failed_checks[SHOWN:])
        lines += [f"• and {more} more"] if more else []
        lines += [self.page_url] if self.page_url else []
        return "\n".join(lines)

    def body(self) -> dict[str, Any]:
        """The JSON body: the fields, and `text` for services that show only that. No secret is in it."""
        return {**asdict(self), "text": self.text}


class WebhookError(RuntimeError):
    """The webhook could not be called; the message does not hold its address."""


class _TryAgainError(WebhookError):
    """It may answer when asked again."""


def alert_of_run(instance: dg.DagsterInstance, run_id: str, settings: Settings) -> Alert | None:
    """What is to be told of a finished run, None where nothing is.

    Args:
        instance: where the run is recorded.
        run_id: the run.
        settings: which checks count (`alert_on`), and where the page is.
    """
    run = instance.get_run_by_id(run_id)
    if run is None:
        return None
    steps: list[FailedStep] = []
    checks: list[FailedCheck] = []
    ended = ""
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None:
            continue
        if event.is_step_failure:
            error = event.step_failure_data.error
            steps.append(FailedStep(event.step_key or "", _first_line(error)))
        elif event.event_type == dg.DagsterEventType.RUN_FAILURE:
            data = event.event_specific_data
            ended = _first_line(getattr(data, "error", None)) or _shortened(event.message or "")
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            found = event.asset_check_evaluation_data
            severity = "error" if found.severity == dg.AssetCheckSeverity.ERROR else "warning"
            if not found.passed and (severity == "error" or settings.alert_on == "warnings"):
                asset = found.asset_key.to_user_string()
                words = _shortened(found.description or "")
                checks.append(FailedCheck(asset, found.check_name, severity, words))
    failed = run.status == dg.DagsterRunStatus.FAILURE
    if not failed and not checks:
        return None
    if failed and not steps:
        steps.append(FailedStep("run", ended or "failed"))
    page = f"{settings.page_url.rstrip('/')}/runs/{run_id}" if settings.page_url else None
    return Alert(
        kind="run_failed" if failed else "checks_failed",
        run_id=run_id,
        job="selected assets" if run.job_name.startswith("__") else run.job_name,
        started_by=_starter(run),
        failed_steps=tuple(steps),
        failed_checks=tuple(checks),
        page_url=page,
    )


def _starter(run: dg.DagsterRun) -> str:
    for tag in (STARTED_BY, "dagster/schedule_name", "dagster/sensor_name"):
        if tag in run.tags:
            return run.tags[tag]
    return "page"


def _first_line(error: Any) -> str:
    """The first line of the innermost error."""
    while error is not None and error.cause is not None:
        error = error.cause
    return _shortened(error.message if error is not None else "")


def _shortened(words: str) -> str:
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return redacted(line if len(line) <= LINE_LENGTH else f"{line[:LINE_LENGTH]}…")


def send_alert(alert: Alert, settings: Settings) -> bool:
    """Call the webhook, asking again where that may help. It never raises: what can't be sent is warned of.

    Returns:
        Whether it was taken; False also where no webhook is set.
    """
    if settings.alert_webhook_url is None:
        return False
    # httpx logs the address of every request, and that is the secret.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        _deliver(settings.alert_webhook_url.get_secret_value(), alert.body(), settings)
    except WebhookError as error:
        log.warning("The alert of run %s could not be sent: %s", alert.run_id[:8], error)
        return False
    return True


def _deliver(address: str, body: dict[str, Any], settings: Settings) -> None:
    for attempt in stamina.retry_context(
        on=_TryAgainError,
        attempts=settings.alert_attempts,
        timeout=None,
        wait_initial=settings.alert_wait_seconds,
    ):
        with attempt:
            _post(address, body, settings.alert_timeout_seconds)


def _post(address: str, body: dict[str, Any], seconds: float) -> None:
    """Post once.

    Raises:
        WebhookError: refused, or the address is none. No cause is kept: it would show the address.
    """
    try:
        response = httpx.post(address, json=body, timeout=seconds, follow_redirects=False)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError) as error:
        raise WebhookError(f"GWR_ALERT_WEBHOOK_URL can't be used ({type(error).__name__})") from None
    except httpx.HTTPError as error:
        raise _TryAgainError(f"no answer ({type(error).__name__})") from None
    if response.status_code >= 500 or response.status_code == 429:
        raise _TryAgainError(f"it answers with status {response.status_code}")
    if not response.is_success:
        raise WebhookError(f"it answers with status {response.status_code}")


def alert_on_run(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Tell the webhook of a finished run, where one is set and something is wrong with the run.

    It never raises: an alert that can't be made or sent is warned of, and the run ends as it would have.

    Returns:
        Whether an alert was sent.
    """
    settings = Settings()
    if settings.alert_webhook_url is None:
        return False
    try:
        alert = alert_of_run(instance, run_id, settings)
    except Exception as error:
        log.warning("The alert of run %s could not be made: %s", run_id[:8], redacted(repr(error)))
        return False
    return alert is not None and send_alert(alert, settings)


def _is_told_elsewhere(run: dg.DagsterRun) -> bool:
    """`gwr build` tells of its own runs, also where no daemon is there."""
    return CLI_TAG.items() <= run.tags.items()


def alert_sensors() -> list[dg.SensorDefinition]:
    """The sensors that tell of runs that the daemon started: one for failures, one for failed checks."""

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Calls GWR_ALERT_WEBHOOK_URL when a run fails. Without that setting it does nothing.",
    )
    def alert_on_failure(context: dg.RunFailureSensorContext) -> None:
        if not _is_told_elsewhere(context.dagster_run):
            alert_on_run(context.instance, context.dagster_run.run_id)

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_on_failed_checks",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Calls GWR_ALERT_WEBHOOK_URL when a run succeeds in which a check did not pass.",
    )
    def alert_on_failed_checks(context: dg.RunStatusSensorContext) -> None:
        if not _is_told_elsewhere(context.dagster_run):
            alert_on_run(context.instance, context.dagster_run.run_id)

    return [alert_on_failure, alert_on_failed_checks]
