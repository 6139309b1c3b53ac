"""The examples in the documents are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import proxied_web
from website import Answer
from workspaces import Workspace

ROOT = Path(__file__).parents[1]
TIDES = (
    "<p>The tide rises and falls twice a day, because the earth turns under two bulges of water.</p>"
    "<p>A <a href='/wiki/Spring_tide'>spring tide</a> comes when sun and moon pull along one line.</p>"
)


def example(document: str, language: str) -> str:
    """The first example in `language` of a document."""
    found = re.search(rf"^```{language}\n(.*?)^```$", (ROOT / "docs" / document).read_text("utf-8"), re.M | re.S)
    assert found is not None
    return found[1]


def test_the_reading_list_of_the_document_is_understood(tmp_path: Path) -> None:
    """What docs/reading-list.md says of topics, links, options and notes is what `flashgen links` makes of it."""
    workspace = Workspace(tmp_path)
    workspace.reading_list(example("reading-list.md", "markdown"))
    result = workspace.run("links", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert [(" / ".join(link["topic"]), link["url"], link["kind"]) for link in found["links"]] == [
        ("System design / Caching", "https://cache.example/guide", "web"),
        ("System design / Caching", "https://cache.example/eviction", "web"),
        ("System design / Caching", "https://shop.example/book", "web"),
        ("System design / Caching", "https://wall.example/talk", "web"),
        ("System design / Papers", "papers/log.pdf", "file"),
    ]
    (note,) = found["notes"]
    assert (note["topic"], note["text"][:8]) == (["System design"], "My notes")


def test_every_option_of_a_link_is_documented() -> None:
    """What the parser of options knows stands in the table."""
    from flashgen.types import LinkOptions

    text = (ROOT / "docs" / "reading-list.md").read_text("utf-8")
    table = set(re.findall(r"^\| `(\w+)", text, re.M))
    assert table == set(LinkOptions.__dataclass_fields__)


def test_the_source_of_the_document_is_installed_and_reads(tmp_path: Path) -> None:
    """The module of docs/extending.md, installed with its entry point, reads its links through the real command; what
    it calls no page is skipped with its reason, and other links are read as before."""
    site = tmp_path / "site"
    info = site / "flashgen_wiki-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "flashgen_wiki.py").write_text(example("extending.md", "python"), "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: flashgen-wiki\nVersion: 1.0\n")
    heading, line = example("extending.md", "toml").splitlines()
    group = heading.split('"')[1]
    line = line.replace('"', "")
    (info / "entry_points.txt").write_text(f"[{group}]\n{line}\n")
    with proxied_web.serving(tmp_path) as web:
        web.pages["https://wiki.example.org/w/index.php?title=Neap_tide&action=render"] = Answer(TIDES)
        paths = os.pathsep.join((str(site), str(ROOT), *filter(None, sys.path)))
        wiki = "https://wiki.example.org/wiki/"
        call = [sys.executable, "-m", "flashgen", "read", "--json", f"{wiki}Neap_tide", f"{wiki}Special:AllPages"]
        done = subprocess.run(
            call,
            env={**os.environ, **web.env, "PYTHONPATH": paths},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
    page, listing = json.loads(done.stdout)
    assert (page["kind"], page["state"], page["title"]) == ("wiki", "ok", "Neap tide")
    assert "[spring tide](https://wiki.example.org/wiki/Spring_tide)" in page["markdown"]
    assert (listing["state"], listing["reason"]) == ("skipped", "a list that the wiki makes, not a page")
