"""Writing files whole or not at all: a temporary file beside the old one, fsync, rename.

A reader sees the old bytes or the new ones, whenever the writer is killed. What can't be written (a full disk, a
folder without write permission) leaves the old file as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from flashgen.errors import FileError, FlashgenError

TEMPORARY = ".tmp-"
"""Begins the names of temporary files."""

_BLOCK = 1 << 18
"""Bytes that are written at once, at least."""

Write = Callable[[int, bytes], int]
"""os.write, or what a test puts in its place."""


def write_bytes(path: Path, data: bytes, *, write: Write = os.write) -> None:
    """Make `data` the content of `path`, making its folder if needed. The file keeps its mode. Raises FileError.

    A symbolic link stays one: the file that it points to is replaced.
    """
    write_parts(path, (data,), write=write)


def write_parts(path: Path, parts: Iterable[bytes], *, write: Write = os.write) -> None:
    """`write_bytes` of what `parts` are together, which is never in memory as a whole."""
    with _replacing(path) as descriptor:
        for block in _blocks(parts):
            write_all(descriptor, block, write)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of `path` when all of it is on the disk. What killed runs left of it
    goes. Raises FileError."""
    begin = f"{TEMPORARY}{path.name[:40]}-"
    sweep(path.parent, begin)
    with _replacing(path, begin) as descriptor, os.fdopen(descriptor, "wb", closefd=False) as file:
        yield file


@contextlib.contextmanager
def _replacing(path: Path, begin: str = TEMPORARY) -> Iterator[int]:
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f"{begin}{secrets.token_hex(6)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _created(temporary, _mode(target)) as descriptor:
                yield descriptor
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise FileError(path, f"can't be written: {reason(error)}") from None


def write_text(path: Path, text: str, *, write: Write = os.write) -> None:
    """`write_bytes` in UTF-8, newlines as they are. What no UTF-8 can hold (a lone surrogate) becomes U+FFFD."""
    write_bytes(path, encode(text), write=write)


def encode(text: str) -> bytes:
    """`text` in UTF-8, with U+FFFD for lone surrogates."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def remove(path: Path) -> None:
    """Delete `path`, if it is there, for good: also after a power cut. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise FileError(path, f"can't be deleted: {reason(error)}") from None


def sweep(folder: Path, begin: str = TEMPORARY, *, older_than: int = 3600) -> None:
    """Delete temporary files that killed runs left in `folder`, whose names begin so; those younger, in seconds, may be
    in use."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name.startswith(begin) and time.time() - path.stat().st_mtime > older_than:
                path.unlink()


def reason(error: OSError) -> str:
    """What went wrong, and what to do about it, in words for a person."""
    hints = {
        errno.ENOSPC: "the disk is full; make room and run again, nothing is lost",
        errno.EDQUOT: "your disk quota is used up; make room and run again, nothing is lost",
        errno.EFBIG: "it would be larger than this system allows",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "no permission; check the owner and the rights of the folder",
        errno.EPERM: "not permitted; check the owner and the rights of the folder",
        errno.ENOTDIR: "a part of its path is a file, not a folder",
        errno.EISDIR: "it is a folder",
    }
    return hints.get(error.errno or 0, error.strerror or str(error))


def of_system(error: OSError) -> FlashgenError:
    """What the system refused where nobody expected it: a disk that is full to the last byte, a file without rights."""
    if isinstance(error.filename, str):
        return FileError(Path(error.filename), f"can't be read or written: {reason(error)}")
    return FlashgenError(f"a file can't be read or written: {reason(error)}")


def sync_folder(folder: Path) -> None:
    """Make a rename or deletion in `folder` last through a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems know no fsync of folders.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes, write: Write = os.write) -> None:
    """All of `data`, however much one call takes. Raises OSError."""
    view = memoryview(data)
    while view:
        written = write(descriptor, view)  # type: ignore[arg-type]
        if written <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


@contextlib.contextmanager
def _created(temporary: Path, mode: int | None) -> Iterator[int]:
    """A new file that is on the disk at the end."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o666)
    try:
        yield descriptor
        if mode is not None and hasattr(os, "fchmod"):
            with contextlib.suppress(PermissionError):
                os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """`parts` in pieces that are worth a call of the system."""
    block = bytearray()
    for part in parts:
        block += part
        if len(block) > _BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _mode(path: Path) -> int | None:
    """The mode of the file as it is; None for a new one, which has what the umask allows."""
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold `folder`, made if needed, for one reading and writing of its files, against other flashgen processes.

    It waits its turn; the turns are milliseconds long. Where the system can't lock a folder, nothing is held.
    Raises FileError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY) if os.name != "nt" else -1
    except OSError as error:
        raise FileError(folder, f"can't be opened: {reason(error)}") from None
    try:
        _lock(descriptor)
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
