"""A small web site on loopback for tests of whole runs: pages that can be changed, validators, and counts."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What the site says at one path."""

    body: str = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes = b""


class Answering(BaseHTTPRequestHandler):
    """A request handler that gives answers with a validator."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the body would wait 40 ms for the head to be acknowledged

    def give(self, answer: Answer) -> bool:
        """Send the answer, or that it has not changed; whether it was the latter."""
        data = answer.data or answer.body.encode()
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        known = answer.status == 200 and self.headers.get("If-None-Match") == etag
        self.send_response(304 if known else answer.status)
        for name, value in {"Content-Type": answer.content_type, "ETag": etag, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0" if known else str(len(data)))
        self.end_headers()
        if not known:
            self.wfile.write(data)
        return known

    def log_message(self, *args: object) -> None:
        """Nothing: pytest's output is for failures."""


@dataclass
class Site:
    """A running site. `pages` may be changed at any time; `asked` counts requests by path, `unchanged` the 304s.

    Every answer takes `wait` seconds; `most_at_once` is how many were under way together for one Host header.
    """

    url: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    wait: float = 0.0
    under_way: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)

    def put(self, path: str, title: str, *paragraphs: str) -> str:
        """A plain article at `path`; returns its address."""
        self.pages[path] = Answer(page(title, *paragraphs))
        return self.url + path


def page(title: str, *paragraphs: str) -> str:
    """An article with the chrome of a site; a paragraph that begins with `## ` is a heading, with `<` is HTML."""
    parts = [
        f"<h2>{text[3:]}</h2>" if text.startswith("## ") else text if text.startswith("<") else f"<p>{text}</p>"
        for text in paragraphs
    ]
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body>"
        "<header><nav><a href='/'>Home</a> <a href='/about'>About us</a></nav></header>"
        f"<main><article><h1>{title}</h1>{''.join(parts)}</article></main>"
        "<footer>© A site. All rights reserved.</footer></body></html>"
    )


@contextmanager
def serving(**pages: Answer) -> Iterator[Site]:
    """A site for the length of a `with`."""
    site = Site(pages=dict(pages))
    counting = threading.Lock()

    class Handler(Answering):
        def do_GET(self) -> None:
            host = self.headers["Host"]
            with counting:
                site.under_way[host] += 1
                site.most_at_once[host] = max(site.most_at_once[host], site.under_way[host])
            time.sleep(site.wait)
            with counting:
                site.under_way[host] -= 1
            path = self.path.partition("?")[0]
            site.asked[path] += 1
            site.unchanged[path] += self.give(site.pages.get(path, Answer("<h1>Not found</h1>", 404)))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
