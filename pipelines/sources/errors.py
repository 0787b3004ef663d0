"""Why a page could not be fetched or taken, and whether asking again can help."""

from __future__ import annotations

from pipelines.display import message


class SourceError(Exception):
    """A page that can't be had or taken; asking again would not help.

    `reason` says what is wrong, `hint` what to do about it. Both may quote a server's words, which are
    shortened and can't steer a terminal.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        """Say what is wrong and what to do about it."""
        self.reason = message(reason)
        self.hint = hint
        super().__init__(f"{self.reason}. {hint}".strip())


class TemporaryError(SourceError):
    """A page that may be had a little later. `retry_after` is how many seconds the server asks for."""

    def __init__(self, reason: str, hint: str = "", retry_after: float | None = None) -> None:
        """Say what is wrong, what to do about it and when to ask again."""
        super().__init__(reason, hint)
        self.retry_after = retry_after


class SourcesFileError(ValueError):
    """`raw/sources.yml` as a whole can't be used."""


class FetchInProgressError(RuntimeError):
    """Another process is fetching for the same data folder."""
