"""A model server on loopback for tests: it speaks just enough Chat Completions, answers by a script, and counts."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

T = TypeVar("T")


def finished(work: Awaitable[T]) -> T:
    """What `work` gives, in an event loop of its own."""

    async def wait() -> T:
        return await work

    return asyncio.run(wait())


@dataclass(frozen=True)
class Answer:
    """What the server does with one call. `cut` closes the connection without a word; `wait` holds the answer back
    until the server stops or so many seconds are over."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    wait: float = 0.0


def says(text: str | None, *, finish: str = "stop", refusal: str | None = None, usage: Any = "counted") -> Answer:
    """A completion with this text."""
    counted = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    message = {"role": "assistant", "content": text, "refusal": refusal}
    document = {
        "id": "1",
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": counted if usage == "counted" else usage,
    }
    return Answer(json.dumps(document).encode())


def fails(status: int, message: str = "no", *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    """An error as OpenAI writes it."""
    return Answer(json.dumps({"error": {"message": message, **more}}).encode(), status, headers or {})


def cards_from(body: Mapping[str, Any]) -> Answer:
    """An honest completion: one card for each sentence of the passage in the last message."""
    passage = re.findall(r"<passage>\n(.*?)\n</passage>", body["messages"][-1]["content"], re.S)[-1]
    cards = [
        {
            "kind": "basic",
            "question": f"Which word ends it: {s.strip()[:20]}?",
            "answer": s.split()[-1],
            "quote": s,
            "importance": 3,
        }
        for s in re.findall(r"[^.]+\.", re.sub(r"^#+ .*$", "", passage, flags=re.M))
    ]
    return says(json.dumps({"cards": [dict(card, quote=str(card["quote"]).strip()) for card in cards]}))


@dataclass
class Batches:
    """The server's Batch API: jobs stay "in_progress" until `finish` is called. `lost` cuts the connection after a job
    was made, as a crash of the client does; `unable` are the numbers of questions that fail."""

    files: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost: bool = False
    unable: frozenset[int] = frozenset()

    def upload(self, body: bytes) -> Answer:
        """A file of questions."""
        content = re.search(rb'name="file".*?\r\n\r\n(.*?)\r\n--', body, re.S)
        name = f"file-{len(self.files) + 1}"
        self.files[name] = content.group(1) if content else b""
        document = {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "x", "purpose": "batch"}
        return _json({**document, "status": "processed"})

    def make(self, wanted: Mapping[str, Any]) -> Answer:
        """A job for an uploaded file."""
        name = f"batch_{len(self.jobs) + 1}"
        total = len(self.files[wanted["input_file_id"]].splitlines())
        self.jobs[name] = {
            "id": name,
            "object": "batch",
            "endpoint": wanted["endpoint"],
            "completion_window": "24h",
            "created_at": 1,
            "status": "in_progress",
            "input_file_id": wanted["input_file_id"],
            "metadata": wanted.get("metadata"),
            "request_counts": {"total": total, "completed": 0, "failed": 0},
        }
        return Answer(cut=True) if self.lost else _json(self.jobs[name])

    def finish(self, script: Script, status: str = "completed") -> None:
        """Answer all that is under way, and end it with `status`."""
        for job in self.jobs.values():
            if job["status"] == "in_progress":
                rows = []
                for number, raw in enumerate(self.files[job["input_file_id"]].splitlines(), 1):
                    line = json.loads(raw)
                    answer = script(number, line["body"])
                    bad = number in self.unable
                    response = {
                        "status_code": 400 if bad else 200,
                        "body": json.loads(fails(400).body if bad else answer.body),
                    }
                    rows.append({"custom_id": line["custom_id"], "response": response, "error": None})
                output = f"file-{len(self.files) + 1}"
                self.files[output] = b"\n".join(json.dumps(row).encode() for row in rows)
                job |= {"status": status, "output_file_id": output}

    def get(self, path: str) -> Answer | None:
        """What a GET of `path` gives; None where it is none of ours."""
        kind, _, rest = path.removeprefix("/v1/").partition("/")
        if kind == "files":
            return Answer(self.files[rest.partition("/")[0]])
        if kind == "batches":
            return _json(self.jobs[rest])
        if kind.startswith("batches"):
            return _json({"object": "list", "data": list(self.jobs.values()), "has_more": False})
        return None


def _json(document: Any) -> Answer:
    return Answer(json.dumps(document).encode())


Script = Callable[[int, Mapping[str, Any]], Answer]
"""From the number of the call (from 1) and its body to an answer."""


@dataclass
class ModelServer:
    """A running server: where it is, and what it was asked."""

    url: str
    script: Script
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    batches: Batches = field(default_factory=lambda: Batches())
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def repeated(self) -> int:
        """How many calls asked what had been asked before: money thrown away."""
        return len(self.asked) - len({json.dumps(body["messages"]) for body in self.asked})


@contextmanager
def serving(script: Script, models: tuple[str, ...] = ("scripted",)) -> Iterator[ModelServer]:
    """A server that answers by `script` until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # the body would wait 40 ms for the head to be acknowledged

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            of_batches = state.batches.get(self.path)
            if of_batches is not None:
                self.give(of_batches)
                return
            self.give(Answer(json.dumps({"data": [{"id": name} for name in models]}).encode()))

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if len(raw) < int(self.headers["Content-Length"]):
                return  # who asked was killed in the middle of it
            if self.path == "/v1/files":
                self.give(state.batches.upload(raw))
                return
            if self.path.endswith("/cancel"):
                name = self.path.split("/")[-2]
                state.batches.jobs[name]["status"] = "cancelled"
                self.give(_json(state.batches.jobs[name]))
                return
            body = json.loads(raw)
            if self.path == "/v1/batches":
                self.give(state.batches.make(body))
                return
            with state.lock:
                state.asked.append(body)
                state.headers.append({name.lower(): value for name, value in self.headers.items()})
                number = len(state.asked)
                state.in_flight += 1
                state.most_in_flight = max(state.most_in_flight, state.in_flight)
            try:
                self.give(state.script(number, body))
            finally:
                with state.lock:
                    state.in_flight -= 1

        def give(self, answer: Answer) -> None:
            if answer.wait:
                state.stopping.wait(answer.wait)
            if answer.cut:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Who asked may have been killed meanwhile."""
            if not isinstance(sys.exc_info()[1], ConnectionError):
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    state = ModelServer(f"http://127.0.0.1:{server.server_address[1]}/v1", script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
