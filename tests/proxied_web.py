"""The whole web in a dict, behind a forward proxy on loopback: real addresses, http and https, hosts that are lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

import certificates
from website import Answer, Answering


@dataclass
class ProxiedWeb:
    """A running proxy. `pages` are answers by address and may be changed at any time; a host that none of them is on
    can't be reached (502). `env` is what a program that uses it needs in its environment."""

    env: dict[str, str] = field(default_factory=dict)
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def knows(self, host: str) -> bool:
        """Whether any page is on `host`."""
        return any(url.split("/", 3)[2] == host for url in self.pages)


@contextmanager
def serving(folder: Path) -> Iterator[ProxiedWeb]:
    """A proxied web for the length of a `with`; `folder` takes its certificates."""
    web = ProxiedWeb()

    class Handler(Answering):
        base = ""

        def do_CONNECT(self) -> None:
            host = self.path.partition(":")[0]
            if not web.knows(host):
                self.give(Answer("no such host", 502))
                return
            self.send_response(200)
            self.end_headers()
            context = certificates.server_context(folder, host)
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
            self.base = f"https://{host}"

        def do_GET(self) -> None:
            url = self.base + self.path
            web.asked[url] += 1
            known = web.knows(url.split("/", 3)[2])
            self.give(web.pages.get(url, Answer("<h1>Not found</h1>", 404 if known else 502)))

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up in the middle of a handshake is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    proxy = f"http://127.0.0.1:{server.server_address[1]}"
    authority = str(certificates.authority_file(folder))
    web.env = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1", "SSL_CERT_FILE": authority}
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
