"""A Get for files: from under one folder, or from anywhere if a person names the place in full."""

from __future__ import annotations

import asyncio
import mimetypes
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flashgen.errors import Failed, Refused, Skipped
from flashgen.types import Page, Validators

MAX_BYTES = 50_000_000


class LocalFiles:
    """Files under `base`. Links, also of the file system, don't lead out of it; absolute paths are taken as meant."""

    def __init__(self, base: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.base = base.resolve()
        self.max_bytes = max_bytes

    async def __call__(self, url: str, *, accept: str = "") -> Page:
        """The file as a Page; its validators change with its size and time. Raises Refused, Skipped and Failed."""
        return await asyncio.to_thread(self._read, url)

    def _read(self, url: str) -> Page:
        path = self._path(url)
        try:
            about = path.stat()
            if stat.S_ISDIR(about.st_mode):
                raise Skipped(url, "is a folder: name a file in it")
            if not stat.S_ISREG(about.st_mode):
                raise Refused(url, "is no regular file")
            if about.st_size > self.max_bytes:
                raise Skipped(url, f"is larger than {self.max_bytes // 1_000_000} MB")
            body = path.read_bytes()
        except FileNotFoundError:
            raise Failed(url, f"there is no file {path}") from None
        except OSError as error:
            raise Failed(url, f"can't be read: {error.strerror}") from None
        kind = mimetypes.guess_type(path.name)[0] or ""
        return Page(url, path.as_uri(), body, kind, Validators(etag=f'"{about.st_mtime_ns:x}-{about.st_size:x}"'))

    def _path(self, url: str) -> Path:
        """The file that is meant: as written, else with its escapes undone. Raises Refused outside of the folder."""
        try:
            named, text = self._named(url)
            if named.is_absolute():
                return named.resolve()
            written = (self.base / named).resolve()
            path = written if written.exists() else (self.base / unquote(text)).resolve()
        except (ValueError, OSError, RuntimeError):
            raise Refused(url, "is no path that can be read") from None
        if not path.is_relative_to(self.base):
            raise Refused(url, f"leads out of {self.base}: name the file in full if you mean it")
        return path

    def _named(self, url: str) -> tuple[Path, str]:
        if url[:5].lower() == "file:":
            parts = urlsplit(url)
            if parts.hostname not in (None, "", "localhost"):
                raise Refused(url, "names a file on another machine")
            path = unquote(parts.path)
            return Path(path[1:] if path[2:3] == ":" else path), path
        text = url if Path(url).is_absolute() else url.partition("#")[0].partition("?")[0]
        return Path(text).expanduser(), text
