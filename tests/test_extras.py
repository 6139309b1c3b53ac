"""What goes on a card's back beside the answer: tables and pictures of the article."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
import yaml
from real_anki import RealAnki
from website import Answer, Site
from workspaces import Workspace

from flashgen.carding import illustrated, revised, sealed
from flashgen.extras import extra, pictures, with_picture
from flashgen.hand import content_hash, edited_fields
from flashgen.pictures import keep, kind_of
from flashgen.types import Card, Draft, Judged, Section

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "extras.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_a_card_needs(case: dict[str, Any]) -> None:
    """The table of a quoted row, or the picture that a quoted paragraph speaks of; else nothing."""
    assert extra(case["quote"], case["text"], images=case.get("images", True)) == case["shows"]


def png(width: int = 2, height: int = 2) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def head_of_png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (png(), ".png"),
        (b"GIF89a\x02\0\x02\0", ".gif"),
        (b"\xff\xd8\xff\xe0\0\4\0\0\xff\xc0\0\x11\x08\0\x10\0\x20", ".jpg"),
        (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0", ".webp"),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x0f\x80\0\0", ".webp"),
        (b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x10\0\x20\0", ".webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", ""),
        (b"<html><img src=x></html>", ""),
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n", ""),
        (b"\xff\xd8\xff\xe0\xff\xff", ""),
        (head_of_png(30_000, 30_000), ""),
        (head_of_png(0, 10), ""),
        (png() + bytes(2_000_001), ""),
    ],
)
def test_what_is_a_picture(data: bytes, suffix: str) -> None:
    """Its first bytes say what a file is; documents, torn files, and what no phone can unpack are none."""
    assert kind_of(data) == suffix


def test_a_picture_is_kept_by_its_content(tmp_path: Path) -> None:
    """The same picture is kept once, under a name that means no other."""
    first, again = keep(png(), tmp_path), keep(png(), tmp_path)
    assert first == again != keep(png(3), tmp_path)
    assert len(list((tmp_path / "media").iterdir())) == 2
    assert keep(b"<svg/>", tmp_path) == ""


SHOWN = "![A leader](https://example.org/a_(1).png)"


def test_where_a_picture_is() -> None:
    """A picture's address in the web gives way to the one in the list's folder; what can't be had is left out."""
    (url,) = pictures(SHOWN)
    assert with_picture(SHOWN, url, "media:flashgen-1.png") == "![A leader](media:flashgen-1.png)"
    assert with_picture(SHOWN, url, "") == ""
    assert pictures("![A leader](media:flashgen-1.png)") == []
    card = illustrated(sealed(Card("a", "Q?", "A", "", "", extra=SHOWN)), url, "media:flashgen-1.png")
    assert "extra" not in edited_fields(card)


def test_an_edited_back_stays() -> None:
    """What a person wrote on the back survives a revision; ours follows the quote's table."""
    table = "| a | b |\n|---|---|\n| one row of the table | its value |"
    section, judged = Section((), table), Judged(Draft("Q2?", "A2", "one row of the table | its value"))
    card = sealed(Card("a", "Q?", "A", "a quote of long ago", ""))
    assert revised(card, judged, section, 9, "").extra == table
    assert "extra" not in edited_fields(revised(card, judged, section, 9, ""))
    by_hand = Card("a", "Q?", "A", "a quote of long ago", "", extra="mine", made=card.made)
    assert revised(by_hand, judged, section, 9, "").extra == "mine"


def test_a_card_without_it_is_hashed_as_before() -> None:
    """Cards that were shipped before there was a back are no news to Anki."""
    assert content_hash(Card("a", "Q?", "A", "", "")) == "5a883c4f16a3a6d4"
    assert content_hash(Card("a", "Q?", "A", "", "")) != content_hash(Card("a", "Q?", "A", "", "", extra="x"))


# --- a build ------------------------------------------------------------------------------------

PAGE = """<title>Caches</title><article><h1>Caches</h1>
<p>As the diagram shows, a write-back cache answers at once and marks the entry as dirty in its memory.</p>
<p><img src="/dirty.png" alt="A dirty entry"></p>
<p>The picture below has no file behind it, though the text says that one would be there for all to see.</p>
<p><img src="/gone.png" alt="Nothing"></p>
<p>Speed is measured in hits, and every hit that a cache answers by itself spares the store behind it a read.</p>
</article>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with website.serving() as running:
        running.pages["/caches"] = Answer(PAGE)
        running.pages["/dirty.png"] = Answer(data=png(40, 30), content_type="image/png")
        yield running


@pytest.fixture
def workspace(tmp_path: Path, site: Site) -> Iterator[Workspace]:
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as llm:
        made = Workspace(tmp_path, llm)
        made.write("flashgen.toml", "images = true\n")
        made.reading_list(f"# Topic\n\n{site.url}/caches\n")
        yield made


def test_a_picture_comes_into_the_deck(workspace: Workspace, site: Site, tmp_path: Path) -> None:
    """It is fetched once, kept beside the cards, packed, and shown by the real Anki; nothing points into the web."""
    (path,) = workspace.build()["outputs"]
    by_extra = {card.get("extra", ""): card for card in workspace.cards()}
    (shown,) = filter(None, by_extra)
    name = shown.removeprefix("![A dirty entry](media:").removesuffix(")")
    assert (workspace.root / "decks/demo/media" / name).read_bytes() == png(40, 30)
    assert site.asked["/dirty.png"] == 1
    with RealAnki(tmp_path / "anki") as anki:
        anki.take(Path(path))
        fields = anki.fields(by_extra[shown]["id"])
        assert fields["Extra"] == f'<img src="{name}" alt="A dirty entry">'
        assert name in anki.note(by_extra[shown]["id"]).cards()[0].render_output().answer_text
        assert (tmp_path / "anki/collection.media" / name).read_bytes() == png(40, 30)
    before = Path(path).read_bytes()
    workspace.build()
    assert Path(path).read_bytes() == before
    assert site.asked["/dirty.png"] == 1


def test_without_the_setting_there_is_none(workspace: Workspace, site: Site) -> None:
    """Pictures are only fetched where they are asked for."""
    workspace.write("flashgen.toml", "images = false\n")
    workspace.build()
    assert not any("extra" in card for card in workspace.cards())
    assert "/dirty.png" not in site.asked
