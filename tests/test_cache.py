"""The page cache: what is put in comes out, and nothing that happens to its file ends a run."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from flashgen.cache import PageCache
from flashgen.types import Page, Validators

URL = "https://example.org/"


def page(url: str = URL, body: bytes = b"text") -> Page:
    return Page(url, url + "final", body, "text/html", Validators('"1"', "Mon"))


def using(path: Path, work: Callable[[PageCache], Awaitable[Any]], **options: Any) -> Any:
    """The result of `work` on the cache at `path`."""
    cache = PageCache(path, **options)

    async def go() -> Any:
        return await work(cache)

    try:
        return asyncio.run(go(), debug=True)
    finally:
        cache.close()


def put(path: Path, *pages: Page, **options: Any) -> None:
    async def work(cache: PageCache) -> None:
        for item in pages:
            await cache.put(item)

    using(path, work, **options)


def get(path: Path, url: str = URL, accept: str = "") -> Page | None:
    found: Page | None = using(path, lambda cache: cache.get(url, accept))
    return found


def test_what_is_put_in_comes_out(tmp_path: Path) -> None:
    """A page comes back whole, also in another run; its folder is made where it is missing."""
    path = tmp_path / ".flashgen" / "pages.sqlite"
    body = bytes(range(256)) * 100
    put(path, page(body=b"old"), page(body=body))
    assert get(path) == page(body=body)
    assert get(path, "https://example.org/other") is None
    assert using(path, lambda cache: cache.validators(URL)) == Validators('"1"', "Mon")
    assert not using(path, lambda cache: cache.validators("https://example.org/other"))


def test_accept_makes_another_page(tmp_path: Path) -> None:
    """The same address in another form is stored beside it."""
    path = tmp_path / "pages.sqlite"

    async def work(cache: PageCache) -> None:
        await cache.put(page(body=b"html"))
        await cache.put(page(body=b"json"), "application/json")

    using(path, work)
    bodies = [found.body for found in (get(path), get(path, accept="application/json")) if found]
    assert bodies == [b"html", b"json"]
    assert get(path, accept="text/plain") is None


def test_bodies_are_compressed(tmp_path: Path) -> None:
    """Text takes a fraction of its size."""
    path = tmp_path / "pages.sqlite"
    put(path, page(body=b"<p>the same again</p>" * 100_000))
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 100_000


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    """The pages used least recently make room; one that would never fit isn't stored; the file shrinks, too."""
    path = tmp_path / "pages.sqlite"
    now = 0.0
    noise = random.Random(1)

    async def work(cache: PageCache) -> None:
        nonlocal now
        for number in range(40):
            now += 100_000
            await cache.put(page(f"{URL}{number}", noise.randbytes(10_000)))
            if number >= 5:
                assert await cache.get(f"{URL}5") is not None
        await cache.put(page(f"{URL}large", noise.randbytes(300_000)))

    using(path, work, max_bytes=200_000, clock=lambda: now)
    assert get(path, f"{URL}5") is not None
    assert get(path, f"{URL}39") is not None
    assert get(path, f"{URL}0") is None
    assert get(path, f"{URL}large") is None
    assert path.stat().st_size < 300_000


def damage_text(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def damage_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[1000 : len(data) - 100] = b"\xff" * (len(data) - 1100)
    path.write_bytes(data)


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def damage_schema(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.executescript("CREATE TABLE page (something TEXT); PRAGMA user_version = 1")
    db.close()


def damage_body(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE page SET body = x'00ff00ff'")
    db.close()


@pytest.mark.parametrize("damage", [damage_text, damage_middle, damage_cut, damage_schema, damage_body])
def test_a_damaged_file_is_moved_aside(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning, and a new one is begun in the same breath."""
    path = tmp_path / "pages.sqlite"
    put(path, *(page(f"{URL}{number}", random.Random(number).randbytes(3000)) for number in range(20)))
    damage(path)
    with caplog.at_level(logging.WARNING):
        assert get(path, f"{URL}7") is None
    assert "damaged" in caplog.text
    assert (tmp_path / "pages.sqlite.damaged").exists()
    put(path, page())
    assert get(path) == page()


def test_a_file_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    """It is a cache: nothing in it is worth a migration."""
    path = tmp_path / "pages.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript("CREATE TABLE page (something TEXT); PRAGMA user_version = 99")
    db.close()
    put(path, page())
    assert get(path) == page()


def test_an_unusable_place_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing can be written, nothing is remembered; one warning says so."""
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        put(tmp_path / "file" / "pages.sqlite", page(), page(), page())
    assert len(caplog.records) == 1
    assert get(tmp_path / "file" / "pages.sqlite") is None


WRITER = """
import asyncio, sys
from pathlib import Path
from flashgen.cache import PageCache
from flashgen.types import Page

async def main(name):
    cache = PageCache(Path(sys.argv[1]))
    for number in range(60):
        url = f"https://example.org/{name}/{number}"
        await cache.put(Page(url, url, name.encode() * 5000))
        assert (await cache.get(url)).body == name.encode() * 5000
    cache.close()

asyncio.run(main(sys.argv[2]))
"""


def test_two_processes_share_it(tmp_path: Path) -> None:
    """Both write at once from the first moment on, and nothing is lost."""
    path = tmp_path / "pages.sqlite"
    command = [sys.executable, "-W", "error", "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, name], stderr=subprocess.PIPE) for name in ("one", "two", "three")]
    errors = [writer.communicate()[1] for writer in writers]
    assert errors == [b"", b"", b""]
    urls = [f"https://example.org/{name}/{number}" for name in ("one", "two", "three") for number in range(60)]
    assert all(using(path, lambda cache: asyncio.gather(*map(cache.get, urls))))


def test_the_loop_is_not_held_up(tmp_path: Path) -> None:
    """While a large page is compressed and stored, others go on."""

    async def work(cache: PageCache) -> int:
        turns = 0
        storing = asyncio.create_task(cache.put(page(body=random.Random(0).randbytes(20_000_000))))
        while not storing.done():
            turns += 1
            await asyncio.sleep(0.001)
        return turns

    assert using(tmp_path / "pages.sqlite", work) > 10
