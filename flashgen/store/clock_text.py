"""Times as files hold them: ISO 8601 in UTC, to the second."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)
def to_text(seconds: int) -> str:
    """`2026-11-23T06:45:00Z` for seconds since 1970; '' for 0, which means never."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)) if seconds else ""


@lru_cache(maxsize=4096)
def from_text(text: str) -> int:
    """Seconds since 1970 of an ISO 8601 time, in UTC where it names no zone; 0 for ''. Raises ValueError."""
    if not text:
        return 0
    if text.isdecimal() and len(text) > 8:
        return int(text)
    moment = datetime.fromisoformat(text.replace(" ", "T", 1) if text[10:11] == " " else text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
