"""The process that holds the embedded model: one llama.cpp server on loopback until its standard input ends.

`local.py` starts this file as a script of its own, because a native library can't be stopped in the middle of an
answer from within its own process, and because its crash must not be flashgen's. It imports nothing of flashgen.
The first line of standard input is a JSON object (`path`, `alias`, `key`, `threads`, `context`); the only line on
standard output is a JSON object with `url`. Everything that llama.cpp says goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any


def main() -> None:
    """Serve until the parent closes our standard input, or dies."""
    asked = json.loads(sys.stdin.buffer.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ready = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    server = _serve(asked)
    print(json.dumps({"url": server.listening_address}), file=ready, flush=True)
    sys.stdin.buffer.read()
    os._exit(0)  # an orderly end would wait for the answer in hand


def _serve(asked: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = asked["path"]
    params.model_alias = {asked["alias"]}
    params.api_keys = [asked["key"]]
    params.port = 0
    params.n_ctx = asked["context"]
    params.n_parallel = 1
    params.cache_ram_mib = 256
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = asked["threads"]
    params.verbosity = 1
    params.ui = params.endpoint_slots = params.endpoint_props = False
    params.cors_origins = "null"
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
