"""Reading lists: tables of cases, and the list that comes with flashgen."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.reading_list import home_links, parse
from flashgen.types import Link, LinkOptions

CASES = Path(__file__).parent / "cases" / "reading_list"
LIST = Path(__file__).parent.parent / "decks" / "system-design" / "reading-list.md"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    """Each case's topics, links, notes, options and problems are what its table says; problems are none if unsaid."""
    read = parse(case["text"], "list")
    found: dict[str, Any] = {
        "topics": [" > ".join(topic) for topic in read.topics],
        "links": [as_row(link.line, link.topic, link.url, link.title) for link in read.links],
        "notes": [as_row(note.line, note.topic, note.text.replace("\n", "⏎")) for note in read.notes],
        "options": [non_default(link.options) for link in read.links],
        "problems": list(read.problems),
    }
    expected = {key: value for key, value in case.items() if key in found} | {"problems": case.get("problems", [])}
    assert {key: found[key] for key in expected} == expected


def as_row(line: int, topic: tuple[str, ...], *rest: str) -> str:
    return " | ".join([str(line), " > ".join(topic), *rest]).replace("|  |", "| |").strip()


def non_default(options: LinkOptions) -> dict[str, Any]:
    defaults = asdict(LinkOptions())
    return {key: value for key, value in asdict(options).items() if value != defaults[key]}


def test_home_links_are_unique_and_at_home_where_they_first_stand() -> None:
    """The same address but for tracking and fragment is one link, in its first topic, with what later ones add."""
    read = parse(
        "# A\nhttps://example.org/x?utm_source=n\n# B\nhttps://EXAMPLE.org/x#part Words <!-- flashgen: cards=3 -->\n",
        "list",
    )
    assert home_links(read) == {
        "https://example.org/x": Link(
            "https://example.org/x?utm_source=n", ("A",), 2, title="Words", options=LinkOptions(cards=3)
        )
    }


def test_the_shipped_list_reads_completely() -> None:
    """Every address of the shipped list that stands outside a fence is read, with its line and topic."""
    text = LIST.read_text(encoding="utf-8")
    read = parse(text, "system-design")
    assert [(link.line, link.url, link.topic) for link in read.links] == by_regex(text)
    assert (len(read.links), len(home_links(read)), len(read.topics)) == (308, 298, 41)
    assert read.problems == ()
    assert [note.line for note in read.notes if len(note.text.split()) >= 25] == [6, 13, 125, 358, 430, 521]


def by_regex(text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """The list's links by a simple reading of its lines, which knows nothing of Markdown but fences and headings."""
    found, fenced = [], False
    headings: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        fenced ^= line.startswith("```")
        if fenced:
            continue
        if heading := re.match(r"(#+)\s+(.*?)\s*$", line):
            headings = [h for h in headings if h[0] < len(heading[1])] + [(len(heading[1]), heading[2])]
        for url in re.finditer(r"https?://[^\s>]+", line):
            bare = line[url.start() - 1 : url.start()] != "<"
            found.append((number, url[0].rstrip(".") if bare else url[0], tuple(title for _, title in headings)))
    return found


@given(st.text(alphabet=st.sampled_from("ab h:/.[]()<>!#-=*_`|~\"'&;\\\n\t1цé\u200b")))
def test_any_text_can_be_read(text: str) -> None:
    """No text makes the parser fail; links stand on lines that exist and topics are those of headings."""
    read = parse(text, "list")
    assert all(1 <= link.line <= text.count("\n") + 1 and link.url for link in read.links)
    assert {link.topic for link in read.links} <= {(), *read.topics}


@given(
    st.lists(st.sampled_from(["https://example.org/{}", "<https://example.org/{}>", "[t](https://example.org/{})"])),
    st.sampled_from(["\n", "\n\n", "\n- ", "\n* ", "\n> ", "\n1. ", " ", " words ", "\n# Heading\n", "\n\n    ", ", "]),
)
def test_no_link_is_lost_or_moved(forms: list[str], between: str) -> None:
    """Links in any form, in any of the places where people put them, are read once each, in order and in their line."""
    text = between.join(form.format(number) for number, form in enumerate(forms))
    read = parse(text, "list")
    assert [link.url for link in read.links] == [f"https://example.org/{number}" for number in range(len(forms))]
    lines = text.split("\n")
    assert all(link.url in lines[link.line - 1] for link in read.links)
