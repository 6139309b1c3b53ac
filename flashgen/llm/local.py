"""The embedded model: a llama.cpp server that speaks OpenAI's protocol, on loopback, for as long as a `with` lasts.

It runs in a process of its own (`host.py`). Asked to stop in the middle of an answer, the runtime waits for the
answer, and a crash of it takes its process along; neither must happen to a run of flashgen.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from flashgen.errors import ModelError
from flashgen.llm.weights import Weights

CONTEXT = 4096
"""Tokens that a prompt and its answer may have together: our longest prompt by sentence has about 900."""
_SPINS = "1000"
"""How often a thread of llama.cpp looks for its neighbours before it sleeps; OpenMP's own default is far higher. Tokens
a second on two cores, idle and beside three busy programs: 25 and 21 (0), 33 and 15 (1,000), 34 and 2.4 (20,000)."""
_START_SECONDS = 300.0
_STOP_SECONDS = 1.0


class LocalModel:
    """A model on this machine, started by `with` and stopped at its end.

    Inside, `base_url` (ends in /v1) and `api_key` are what an OpenAI client needs; the key keeps other programs and
    web pages of this machine out. `model` is its name, `about` says what it is, under which licence, and what it
    can't do. `threads` 0 means the cores that we may use; `context` is in tokens.

    Entering raises ModelError if the runtime is missing or the model can't be loaded.
    """

    def __init__(self, weights: Weights, *, threads: int = 0, context: int = CONTEXT) -> None:
        self.model = weights.name
        self.about = weights.about
        self.api_key = secrets.token_urlsafe(24)
        self.base_url = ""
        self._path = weights.path
        self._threads = threads or _cores()
        self._context = context
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if not runtime_installed():
            raise ModelError("the embedded model needs its runtime: pip install 'flashgen[local]'")
        self._log = tempfile.TemporaryFile()
        self._process = self._start(self._log)
        try:
            self.base_url = self._wait_until_ready(self._process) + "/v1"
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def check(self) -> None:
        """Raise ModelError, with the last words of the runtime, if the model's process has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise ModelError(self._obituary(self._process))

    def stop(self) -> None:
        """End the process, whatever it is doing, within about a second. Stopping twice does no harm."""
        if self._process is not None:
            assert self._process.stdin
            self._process.stdin.close()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
        if self._log is not None:
            self._log.close()
        self._process = self._log = None

    def _start(self, log: IO[bytes]) -> subprocess.Popen[str]:
        asked = {
            "path": str(self._path),
            "alias": self.model,
            "key": self.api_key,
            "threads": self._threads,
            "context": self._context,
        }
        environment = {**os.environ, "GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT", _SPINS)}
        host = str(Path(__file__).with_name("host.py"))
        # -P: the folder of host.py must not hide installed packages of the same names as our modules.
        process = subprocess.Popen(
            [sys.executable, "-P", host],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # the terminal's Ctrl-C is for us; we end the model when we are done with it
        )
        assert process.stdin
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return process

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> str:
        """The server's address, once it answers."""
        assert process.stdout
        late = threading.Timer(_START_SECONDS, process.kill)
        late.daemon = True
        late.start()
        try:
            line = process.stdout.readline()
        finally:
            late.cancel()
        if not line:
            process.wait()
            raise ModelError(self._obituary(process))
        return str(json.loads(line)["url"])

    def _obituary(self, process: subprocess.Popen[str]) -> str:
        """What to tell a person of a model that has ended by itself."""
        assert self._log
        self._log.seek(0)
        said = [line.strip() for line in self._log.read().decode(errors="replace").splitlines() if line.strip()]
        last = f"; its last words: {said[-1][:300]}" if said else ""
        return (
            f"the embedded model {self.model} stopped (exit status {process.returncode}){last}. "
            "It may lack memory, or the file is not a model: try --model with another one, or --llm with a server"
        )


def runtime_installed() -> bool:
    """Whether llama.cpp is installed in the form that we use (the package xllamacpp); it is not imported."""
    return find_spec("xllamacpp") is not None


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 2
