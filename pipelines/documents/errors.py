"""Why a document is not taken."""

from __future__ import annotations

MEMORY_EXCEEDED = "memory_exceeded"


class DocumentError(ValueError):
    """A file that can't be taken as a document.

    `code` is stable and meant for filters, `reason` says what is wrong, `hint` what to do about it,
    `line` where in the file (from 1, None for the whole file), `content` the characters to blame.
    """

    def __init__(
        self, code: str, reason: str, hint: str, *, line: int | None = None, content: str | None = None
    ) -> None:
        """Say what is wrong and what to do about it."""
        super().__init__(f"{reason}. {hint}")
        self.code = code
        self.reason = reason
        self.hint = hint
        self.line = line
        self.content = content
