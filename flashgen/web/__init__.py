"""The review page: a small web server on loopback, for one person, for as long as they judge."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

from flashgen.app import App
from flashgen.errors import FlashgenError

__all__ = ["serve"]


def serve(app: App, names: tuple[str, ...], *, port: int, show: bool, say: Callable[[str], None]) -> None:
    """Serve the review page of lists until Ctrl-C, and open it in the browser if `show`. `say` is told its address.

    Raises NoSuchList, FileError, and FlashgenError where the port is taken.
    """
    import uvicorn

    from flashgen.web.asgi import site
    from flashgen.web.guard import Guard

    desk = app.desk(names)
    listener = _listening(port)
    host, token = f"127.0.0.1:{listener.getsockname()[1]}", secrets.token_urlsafe(24)
    address = f"http://{host}/open/{token}"
    config = uvicorn.Config(
        Guard(site(desk), host, token), log_level="critical", lifespan="on", ws="none", timeout_graceful_shutdown=10
    )
    server = uvicorn.Server(config)
    say(address)
    if show:
        webbrowser.open(address)
    with contextlib.suppress(KeyboardInterrupt), listener, _term_is_interrupt():
        server.run(sockets=[listener])


@contextlib.contextmanager
def _term_is_interrupt() -> Iterator[None]:
    """SIGTERM ends as Ctrl-C does: uvicorn closes all, and then raises the signal again."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listening(port: int) -> socket.socket:
    """A socket on loopback; port 0 is any that is free."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise FlashgenError(f"port {port} can't be used: {error.strerror}; choose another with --port") from None
    listener.listen(64)
    return listener


STATIC = Path(__file__).with_name("static")
