"""Pushing to a sync server, AnkiWeb's or one's own: into a collection without a window that is kept in step with it.

The collection is ours alone, so that a full sync before a push is always a download: what it loses is pushed again.
Nothing of the server's is ever written over as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from flashgen.anki.folders import unsynced
from flashgen.anki.push_collection import ClosedCollection, open_collection
from flashgen.errors import AnkiError, UsageError
from flashgen.push import PushPlan
from flashgen.seen import Seen

ANKIWEB = "ankiweb"
"""What `--sync-server` can be beside an address."""

T = TypeVar("T")


class SyncedCollection(ClosedCollection):
    """The collection in `folder`, in step with a server: on entering it has what the server has.

    `finish` gives the server what was done; without it, that waits for the next time. The password goes to the server
    and nowhere else.
    """

    def __init__(self, folder: Path, url: str, user: str, password: str) -> None:
        super().__init__(folder / "collection.anki2")
        self._url = url
        self._user = user
        self._password = password
        self._auth: Any = None

    @property
    def where(self) -> str:
        """Which server it is, in words."""
        return f"{'AnkiWeb' if self._url == ANKIWEB else self._url} (as {self._user})"

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        self._collection = open_collection(self.path, "another push to this server is under way")
        try:
            self._pull(is_new=is_new)
        except BaseException:
            self._collection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._collection.close()

    def deliver(self, plan: PushPlan, seen: Seen, package: Path | None) -> None:
        """Carry out a plan. Until the server has it, nobody takes this collection for what the person has."""
        if not plan.is_empty:
            unsynced(self.path).touch()
        super().deliver(plan, seen, package)

    def finish(self) -> None:
        """Give the server what was done. Raises AnkiError, also where it asks for a full sync by now."""
        if self._sync() in _full():
            raise AnkiError(
                f"{self.where} asks for a full sync now: note types were changed on another device meanwhile. What was "
                "pushed is not there yet; push again, and it will be"
            )
        unsynced(self.path).unlink(missing_ok=True)

    def _pull(self, *, is_new: bool) -> None:
        """Have what the server has; a new collection has to be the server's own, as a whole. Raises AnkiError where it
        would take a full upload."""
        endpoint = None if self._url == ANKIWEB else self._url
        self._auth = self._ask(lambda: self._collection.sync_login(self._user, self._password, endpoint))
        required = self._sync()
        if required not in _full() and not is_new:
            return
        from anki.sync_pb2 import SyncCollectionResponse

        upload = required == SyncCollectionResponse.FULL_UPLOAD
        if upload and self._collection.note_count():
            raise AnkiError(
                f"{self.where} has no collection, and only a full upload could give it one: do that from your own Anki "
                f"(Sync, then Upload), or move {self.path.parent} away to begin anew"
            )
        self._collection.close_for_full_sync()
        try:
            self._ask(lambda: self._collection.full_upload_or_download(auth=self._auth, server_usn=None, upload=upload))
        finally:
            self._collection.reopen(after_full_sync=True)

    def _sync(self) -> int:
        """A normal sync; what more the server requires."""
        answer = self._ask(lambda: self._collection.sync_collection(self._auth, False))
        if answer.new_endpoint:
            self._auth.endpoint = answer.new_endpoint
        return int(answer.required)

    def _ask(self, act: Callable[[], T]) -> T:
        from anki.errors import AnkiException, NetworkError, SyncError, SyncErrorKind

        try:
            return act()
        except SyncError as error:
            if error.kind is SyncErrorKind.AUTH:
                raise AnkiError(f"{self.where}: the user or the password is wrong") from None
            raise AnkiError(f"{self.where}: can't sync: {_line(error)}") from None
        except NetworkError:
            raise AnkiError(f"{self.where}: can't be reached; is the server running?") from None
        except AnkiException as error:
            raise AnkiError(f"{self.where}: can't sync: {_line(error)}") from None


def password(user: str, url: str, environ: str | None) -> str:
    """The password of `user`: from the environment's FLASHGEN_SYNC_PASSWORD, else from the system's keyring, where it
    is kept for the service `url`. Raises UsageError."""
    if environ:
        return environ
    found = _from_keyring(user, url)
    if found is None:
        raise UsageError(
            f"no password for {user}: set FLASHGEN_SYNC_PASSWORD, or keep it in the system's keyring "
            f"(pip install 'flashgen[sync]', then: keyring set {url} {user})"
        )
    return found


def check_address(url: str) -> None:
    """Refuse what is no address of a server. Raises UsageError."""
    if url != ANKIWEB and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise UsageError(f'--sync-server {url}: give an address, like "https://sync.example.org/", or "{ANKIWEB}"')


def _from_keyring(user: str, url: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(url, user)
    except KeyringError:
        return None


def _full() -> tuple[int, ...]:
    from anki.sync_pb2 import SyncCollectionResponse as Response

    return (Response.FULL_SYNC, Response.FULL_DOWNLOAD, Response.FULL_UPLOAD)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
