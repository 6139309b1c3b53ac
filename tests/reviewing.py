"""The review page for tests: the real server on loopback, over the files of a workspace."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from flashgen.app import App
from flashgen.web.asgi import site
from flashgen.web.guard import Guard

TOKEN = "test-token"


@contextmanager
def reviewing(root: Path) -> Iterator[str]:
    """The address that opens the review page of the workspace at `root`, for the length of a `with`."""
    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    servers: list[uvicorn.Server] = []

    def serve() -> None:
        desk = App.at(root).desk(())
        server = uvicorn.Server(uvicorn.Config(Guard(site(desk), host, TOKEN), log_level="critical", lifespan="on"))
        servers.append(server)
        server.run(sockets=[listener])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not (servers and servers[0].started):
        assert thread.is_alive()
        assert time.monotonic() < until
        time.sleep(0.01)
    try:
        yield f"http://{host}/open/{TOKEN}"
    finally:
        servers[0].should_exit = True
        thread.join(10)
        listener.close()
