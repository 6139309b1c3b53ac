"""Weights: parts that are joined and verified, files by path, files from a hub; made small, with a finder handed in."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flashgen.errors import ModelError
from flashgen.llm import catalogue, hub, parts, weights

DATA = (b"GGUF" + bytes(range(200)), b"second part", b"third")
WHOLE = b"".join(DATA)
KNOWN = replace(
    catalogue.MODELS[0],
    name="tiny",
    extra="tiny",
    packages=("tiny-part1", "tiny-part2", "tiny-part3"),
    sha256=hashlib.sha256(WHOLE).hexdigest(),
    size=len(WHOLE),
)


def installed(folder: Path, data: Mapping[str, bytes]) -> parts.Find:
    """A finder for packages that hold `data`."""
    for name, content in data.items():
        (folder / name).write_bytes(content)

    def find(package: str, version: str) -> Path | None:
        assert version == KNOWN.version
        return folder / package if package in data else None

    return find


@pytest.fixture
def whole(tmp_path: Path) -> parts.Find:
    """All three parts, installed."""
    return installed(tmp_path, dict(zip(KNOWN.packages, DATA, strict=True)))


# --- joining --------------------------------------------------------------------------------------


def test_the_parts_are_joined_in_order_and_leave_nothing_else_behind(tmp_path: Path, whole: parts.Find) -> None:
    """The joined file is the parts in the order of the catalogue; no temporary file stays."""
    path = parts.joined(KNOWN, tmp_path / "cache", whole)
    assert path.read_bytes() == WHOLE
    assert sorted(file.suffix for file in path.parent.iterdir()) == [".gguf", ".json"]


def test_a_joined_file_is_taken_without_its_packages(tmp_path: Path, whole: parts.Find) -> None:
    """Once joined, the file is enough: the packages may go, and it is not written again."""
    path = parts.joined(KNOWN, tmp_path / "cache", whole)
    before = path.stat().st_mtime_ns
    assert parts.joined(KNOWN, tmp_path / "cache", lambda package, version: None) == path
    assert path.stat().st_mtime_ns == before


def test_a_file_that_changed_since_it_was_verified_is_joined_anew(tmp_path: Path, whole: parts.Find) -> None:
    """A file of the right size with other bytes is not trusted."""
    path = parts.joined(KNOWN, tmp_path / "cache", whole)
    path.write_bytes(WHOLE[::-1])
    os.utime(path, ns=(1, 1))
    assert parts.joined(KNOWN, tmp_path / "cache", whole).read_bytes() == WHOLE


def test_a_file_without_its_stamp_is_verified_and_kept(tmp_path: Path, whole: parts.Find) -> None:
    """A right file whose stamp is lost is read once, and stamped again."""
    path = parts.joined(KNOWN, tmp_path / "cache", whole)
    path.with_suffix(".json").unlink()
    assert parts.joined(KNOWN, tmp_path / "cache", lambda package, version: None) == path
    assert path.with_suffix(".json").exists()


def test_weights_with_another_digest_are_refused(tmp_path: Path) -> None:
    """Changed weights are named as such and never get the file's name."""
    changed = installed(tmp_path, dict(zip(KNOWN.packages, (*DATA[:2], b"evil!"), strict=True)))
    with pytest.raises(ModelError, match=r"SHA-256 .* not .*not used.*--model"):
        parts.joined(KNOWN, tmp_path / "cache", changed)
    assert list((tmp_path / "cache").iterdir()) == []


def test_several_at_once_get_one_whole_file(tmp_path: Path, whole: parts.Find) -> None:
    """Joining at the same time is safe: whoever is last replaces a whole file by the same whole file."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: parts.joined(KNOWN, tmp_path / "cache", whole).read_bytes(), range(8)))
    assert found == [WHOLE] * 8


def test_what_killed_runs_left_behind_is_cleared(tmp_path: Path, whole: parts.Find) -> None:
    """An old temporary file is removed; a fresh one may be another run's and stays."""
    cache = tmp_path / "cache"
    cache.mkdir()
    old, fresh = cache / ".tiny.aaaa.part", cache / ".tiny.bbbb.part"
    for leftover in (old, fresh):
        leftover.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    parts.joined(KNOWN, cache, whole)
    assert not old.exists()
    assert fresh.exists()


# --- what is missing, and why it can't be written ---------------------------------------------------


def test_missing_packages_are_named_with_their_versions(tmp_path: Path) -> None:
    """Without packages, the message says which extra to install; with some, how many of them are missing."""
    with pytest.raises(ModelError, match=r"not installed.*pip install 'flashgen\[tiny\]'.*tiny-part3==0\.2\.0"):
        parts.joined(KNOWN, tmp_path, installed(tmp_path, {}))
    with pytest.raises(ModelError, match=r"only partly installed: 1 of 3 parts.*missing: tiny-part2==0\.2\.0\."):
        parts.joined(KNOWN, tmp_path, installed(tmp_path, {"tiny-part1": DATA[0], "tiny-part3": DATA[2]}))


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path, whole: parts.Find) -> None:
    """A model larger than the room left is refused with its size and the way out."""
    with pytest.raises(ModelError, match=r"disk is full: .* GB are needed.*FLASHGEN_CACHE"):
        parts.joined(replace(KNOWN, size=10**19), tmp_path / "cache", whole)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_cache_that_can_not_be_written_is_named(tmp_path: Path, whole: parts.Find) -> None:
    """The folder and the way out are in the message."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match=r"file.*can't be put together.*FLASHGEN_CACHE"):
        parts.joined(KNOWN, tmp_path / "file" / "cache", whole)


def test_a_package_that_is_not_there_is_none() -> None:
    """Looking for a package that is not installed raises nothing."""
    assert parts.installed("flashgen-no-such-package", "1.0") is None


# --- which model is meant ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["qwen2.5-coder-1.5b-instruct", "local", "1.5b", "1.5B"])
def test_a_model_of_the_catalogue_goes_by_several_names(name: str) -> None:
    """Its name, its extra and its size are understood."""
    known = catalogue.find(name)
    assert known is catalogue.MODELS[0]
    assert weights.named(name) == known.name


def test_a_file_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    """A GGUF file is used where it lies; its name is the model's."""
    path = tmp_path / "my-model.gguf"
    path.write_bytes(WHOLE)
    found = weights.locate(str(path), cache=tmp_path / "cache")
    assert (found.name, found.path) == ("my-model", path)
    assert "licence is yours to check" in found.about
    assert not (tmp_path / "cache").exists()


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """A file that isn't GGUF, isn't there or isn't a model's name is said to be so."""
    path = tmp_path / "notes.gguf"
    path.write_text("shopping list")
    with pytest.raises(ModelError, match="not a GGUF file"):
        weights.locate(str(path), cache=tmp_path)
    with pytest.raises(ModelError, match=r"can't be read: No such file"):
        weights.locate(str(tmp_path / "none.gguf"), cache=tmp_path)
    with pytest.raises(ModelError, match=r"no such model: frobnicate\. Give the path"):
        weights.locate("frobnicate", cache=tmp_path)


def test_every_model_of_the_catalogue_says_licence_and_limits() -> None:
    """What a person is told before the first use has the licence, the author, where it runs and what it can't do."""
    for known in catalogue.MODELS:
        for part in (known.licence, known.author, "on this machine", "Russian is weak"):
            assert part in known.about


# --- the hub ----------------------------------------------------------------------------------------

FILES = {"tiny-Q8_0.gguf": b"GGUF" + b"8" * 90, "tiny-Q4_K_M.gguf": b"GGUF" + b"4" * 50, "README.md": b"# Tiny"}


@contextmanager
def a_hub(files: Mapping[str, bytes], digest: Callable[[bytes], str]) -> Iterator[str]:
    """A server that lists and serves the files of the repository org/tiny."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if self.path.startswith("/api/models/org/tiny/tree/main"):
                listed = [
                    {"path": path, "size": 1, "lfs": {"oid": digest(data), "size": len(data)}}
                    for path, data in files.items()
                ]
                self._send(200, json.dumps(listed).encode())
            elif self.path.startswith("/org/tiny/resolve/main/") and name in files:
                self._send(200, files[name])
            else:
                self._send(404, b"{}")

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("org/tiny", hub.Name("org/tiny")),
        ("org/tiny:Q8_0", hub.Name("org/tiny", "Q8_0")),
        ("hf:org/tiny:tiny-Q8_0.gguf", hub.Name("org/tiny", "tiny-Q8_0.gguf")),
        ("tiny", None),
        ("../..", None),
    ],
)
def test_names_at_the_hub(text: str, name: hub.Name | None) -> None:
    """org/repo, with a quantisation or a file behind a colon; nothing else is one."""
    assert hub.parse(text) == name


@pytest.mark.parametrize(
    ("choice", "file"), [("", "tiny-Q4_K_M.gguf"), ("q8_0", "tiny-Q8_0.gguf"), ("tiny-Q8_0.gguf", "tiny-Q8_0.gguf")]
)
def test_a_model_is_downloaded_once(tmp_path: Path, choice: str, file: str) -> None:
    """The file that is meant comes into the cache; the second time it is found there, without the hub."""
    name = hub.Name("org/tiny", choice)
    with a_hub(FILES, sha256) as endpoint:
        path = hub.fetch(name, tmp_path, endpoint=endpoint)
    assert (path.name, path.read_bytes()) == (file, FILES[file])
    assert hub.fetch(name, tmp_path, endpoint="http://127.0.0.1:1") == path


def test_a_damaged_download_is_not_kept(tmp_path: Path) -> None:
    """What doesn't have the stated SHA-256 is refused and removed."""
    with a_hub(FILES, lambda data: sha256(data + b"!")) as endpoint, pytest.raises(ModelError, match="damaged"):
        hub.fetch(hub.Name("org/tiny"), tmp_path, endpoint=endpoint)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_the_hub_does_not_have_is_said(tmp_path: Path) -> None:
    """An unknown repository, an unknown file (with those that are there), and no network at all."""
    with a_hub(FILES, sha256) as endpoint:
        with pytest.raises(ModelError, match="no model org/none"):
            hub.fetch(hub.Name("org/none"), tmp_path, endpoint=endpoint)
        with pytest.raises(ModelError, match=r"no file Q2_K; it has tiny-Q4_K_M\.gguf, tiny-Q8_0\.gguf"):
            hub.fetch(hub.Name("org/tiny", "Q2_K"), tmp_path, endpoint=endpoint)
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:1/api/models/org/tiny.*can't be reached.*--model FILE\.gguf"):
        hub.fetch(hub.Name("org/tiny"), tmp_path, endpoint="http://127.0.0.1:1")
