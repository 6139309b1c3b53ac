"""What went wrong with one call, and may not go wrong with the next."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why a call gave nothing."""

    LIMIT = "limit"
    """The server asks to go slower (429)."""
    SERVER = "server"
    """The server failed (5xx), or its answer was none."""
    LOST = "lost"
    """The connection broke or the time was up after the call was sent: it may have been paid for."""
    UNREACHED = "unreached"
    """The server was not reached at all."""
    REFUSED = "refused"
    """The server did not like this request; the same again won't please it."""


class Trouble(Exception):
    """One call gave nothing; another try may. `wait` is the server's own wish in seconds, if it has one."""

    def __init__(self, cause: Cause, reason: str, *, wait: float | None = None) -> None:
        self.cause = cause
        self.reason = reason
        self.wait = wait
        super().__init__(reason)

    @property
    def may_be_billed(self) -> bool:
        """Whether the call may cost money though it gave nothing."""
        return self.cause is Cause.LOST
