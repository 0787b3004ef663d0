"""dbt without the messages that nobody writes.

dbt makes some twenty debug messages for each node, renders each as JSON and as text, looks for secrets in it,
and then drops it, because neither the file nor the stream takes that level: a fifth of a run's processor time.
"""

from __future__ import annotations

from typing import Any

from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import _log_level_map

_fire_event = EventManager.fire_event


def drop_unwritten_messages() -> None:
    """Have dbt, in this process, render only messages that a log takes. The logs stay as they were.

    The only callback in a process of ours is dbt's own, for usage statistics about warnings.
    """
    EventManager.fire_event = _fire_written  # type: ignore[method-assign,assignment]


def _fire_written(manager: EventManager, e: Any, level: Any = None, *rest: Any, **named: Any) -> None:
    if manager.loggers:
        lowest = min(_log_level_map[logger.level] for logger in manager.loggers)
        if _log_level_map[level or e.level_tag()] < lowest:
            return
    _fire_event(manager, e, level, *rest, **named)
