"""What SQLite's errors mean for a person."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from flashgen.store import atomic

_ENOUGH = 65_536
"""Bytes that SQLite's shared memory file needs at once: with less free, a full disk shows as "disk I/O error"."""


def reason(error: Exception, path: Path) -> str:
    """What went wrong with the database at `path`, and what to do about it."""
    if isinstance(error, OSError):
        return atomic.reason(error)
    code = getattr(error, "sqlite_errorcode", -1) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path.parent)):
        return "the disk is full; make room and run again, nothing is lost"
    return str(error)


def _is_full(folder: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(folder).free < _ENOUGH
    return False
