"""Anki's own sync server on loopback, and a phone: another collection that is kept in step with it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from real_anki import RealAnki

USER, PASSWORD = "me", "secret"


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[str]:
    """The server's address, as long as it runs; what it holds is in `folder`. It takes any free port, if none is asked
    for."""
    port = port or _free_port()
    names = {"SYNC_USER1": f"{USER}:{PASSWORD}", "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"],
        env={**os.environ, **names, "SYNC_BASE": str(folder), "RUST_LOG": "error"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the sync server did not start")


class Phone(RealAnki):
    """A collection on a phone."""

    def sync(self, url: str, *, upload: bool = False) -> None:
        """Sync as a phone does; where a full sync is needed, `upload` or download."""
        auth = self.collection.sync_login(USER, PASSWORD, url)
        if self.collection.sync_collection(auth, False).required > 1 or upload:
            self.collection.close_for_full_sync()
            self.collection.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
            self.collection.reopen(after_full_sync=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server."""
    with serving(tmp_path / "server") as url:
        yield url


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    """A phone that syncs with it."""
    with Phone(tmp_path / "phone") as phone:
        yield phone
