"""One run at a time in a workspace.

The operating system holds the lock and lets go of it when the process ends, however it ends: there is no stale lock.
The file says who holds it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flashgen.errors import FileError, Locked
from flashgen.store import atomic


@contextmanager
def locked(path: Path, command: str) -> Iterator[None]:
    """Hold the lock at `path` for the length of a `with`; `command` is what the next one is told.

    Raises Locked, naming the run that holds it, and FileError where the file can't be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise FileError(path, f"can't be written: {atomic.reason(error)}") from None
    try:
        if not _taken(descriptor):
            raise Locked(_holder(descriptor))
        about = {"pid": os.getpid(), "host": socket.gethostname(), "since": int(time.time()), "command": command}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(about).encode(), 0) if hasattr(os, "pwrite") else None
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Whether the lock could be taken."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder(descriptor: int) -> str:
    """Who holds the lock, in words."""
    try:
        about = json.loads(os.read(descriptor, 4096))
        minutes = max(0, int(time.time()) - about["since"]) // 60
        since = f"{minutes} minutes ago" if minutes != 1 else "a minute ago"
        who = f"`{about['command']}` (process {about['pid']} on {about['host']}, begun {since})"
    except (ValueError, KeyError, TypeError, OSError):
        who = "another flashgen"
    return f"{who} is at work in this workspace: wait until it is done, or stop it"
