"""One run at a time in a workspace.

The operating system holds the lock and lets go of it when the process ends, however it ends. The file says who holds
it: for the message to the second run, and for file systems that know no locks or share none between machines.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from flashgen.errors import FileError, Locked
from flashgen.store import atomic

STALE = 3600
"""Seconds after which a lock that another machine left, and that no system lock guards, counts as left behind."""

_mine: set[str] = set()
_FAR = 1 << 30
"""The byte that Windows locks: it could not read the file otherwise."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The run that holds a lock. `boot` and `born` tell its process from a later one with the same number."""

    pid: int
    host: str
    since: int
    command: str
    boot: str = ""
    born: str = ""

    def __str__(self) -> str:
        minutes = max(0, int(time.time()) - self.since) // 60
        begun = time.strftime("%H:%M", time.localtime(self.since))
        ago = (
            f"{begun}, {minutes} min ago"
            if minutes < 24 * 60
            else time.strftime("%Y-%m-%d %H:%M", time.localtime(self.since))
        )
        return f"`{self.command}` (process {self.pid} on {self.host}, since {ago})"


@contextmanager
def locked(path: Path, command: str) -> Iterator[None]:
    """Hold the lock at `path` for the length of a `with`; `command` is what a second run is told.

    Raises Locked, naming the run that holds it, and FileError where the file can't be made.
    """
    key = os.path.realpath(path)
    if key in _mine:
        raise Locked(f"this process already works on {path.parent}")
    descriptor = _take(path)
    _mine.add(key)
    try:
        _write(descriptor, _self(command))
        yield
    finally:
        _mine.discard(key)
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _holder(descriptor: int) -> Holder | None:
    """Who the file says holds the lock. It is read where it is open: closing another handle would drop our lock."""
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return Holder(**json.loads(os.read(descriptor, 65536)))
    except (OSError, ValueError, TypeError):
        return None


def _take(path: Path) -> int:
    """The open and locked file. A file that was deleted while we waited for it is no lock: then again."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise FileError(path, f"can't be written: {atomic.reason(error)}") from None
        try:
            guarded = _system_lock(descriptor)
            there = _holder(descriptor)
            if there and _lives(there, path, guarded=guarded):
                raise Locked(f"{there} is at work here: wait until it is done, or stop it")
            if guarded is False:
                raise Locked(f"another run is at work here and holds {path}: wait until it is done, or stop it")
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lives(there: Holder, path: Path, *, guarded: bool | None) -> bool:
    """Whether the run that the file names is still at work.

    A system lock tells the truth about this machine. Of another machine only the age of its last sign is known.
    """
    if guarded is False:
        return True
    if there.host != socket.gethostname():
        return time.time() - path.stat().st_mtime < STALE
    if guarded:
        return False
    return there.boot == _boot() and there.born == _born(there.pid) and _exists(there.pid)


def _system_lock(descriptor: int) -> bool | None:
    """True if the system gave us the lock, False if another process has it, None if it can't lock this file."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            # Not flock: its lock is inherited by forked workers, and would outlive a run that was killed.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK) else None
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one that stands at `path`."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def _write(descriptor: int, who: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    atomic.write_all(descriptor, json.dumps(asdict(who)).encode())


def _self(command: str) -> Holder:
    pid = os.getpid()
    return Holder(pid, socket.gethostname(), int(time.time()), command, _boot(), _born(pid))


def _exists(pid: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _boot() -> str:
    """What this start of the machine is called, '' where that can't be known."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


def _born(pid: int) -> str:
    """When a process began, in the system's own count; '' where that can't be known."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return ""
