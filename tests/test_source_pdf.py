"""PDF: reading order, headings, paragraphs, code, and what is no text."""

from __future__ import annotations

import re

import papers
import pytest

from flashgen.sources import formats
from flashgen.sources.content import Content, Unreadable
from flashgen.types import Page


def read(body: bytes) -> Content:
    return formats.read(Page("https://e.example/a", "https://e.example/a", body, "application/octet-stream"))


def test_columns_are_read_one_after_the_other() -> None:
    """Left column before right column on every page, although the lines are drawn across both."""
    text = read(papers.two_columns()).markdown
    places = [text.index(name) for n in (1, 2, 3) for name in (f"{n}.1 Left", f"{n}.2 Right")]
    assert places == sorted(places)
    left = re.sub(r"\s+", " ", text[text.index("1.1 Left") : text.index("1.2 Right")])
    assert papers.LEFT_TEXT.strip() in left
    assert "right column" not in left


def test_title_and_headings_have_levels() -> None:
    """The biggest line is the title, numbered ones follow their numbers."""
    content = read(papers.two_columns())
    assert content.title == "On Bounded Queues"
    headings = re.findall(r"^#+ .*$", content.markdown, re.M)
    assert headings[:3] == ["# On Bounded Queues", "### 1.1 Left", "### 1.2 Right"]


def test_heads_and_page_numbers_are_dropped() -> None:
    """What stands on every page's edge is not the text."""
    text = read(papers.two_columns()).markdown
    assert "Proceedings" not in text
    assert not re.search(r"^\d$", text, re.M)


def test_every_page_is_marked_where_it_begins() -> None:
    """A mark stands before the first word of each page, inside a paragraph that goes over the edge."""
    text = read(papers.many(3)).markdown
    for number in (1, 2, 3):
        assert re.search(rf"<!-- at: page={number} -->\s*Page {number} begins", text)


def test_a_sentence_over_the_page_edge_is_one_paragraph() -> None:
    """Without an end of sentence the paragraph goes on, with the mark in it and no line of its own."""
    words = ["an article that is long enough to be set over the edge of one page and on to the next one"] * 120
    text = read(papers.flowing(" ".join(words))).markdown
    assert re.search(r"\w <!-- at: page=2 --> \w", text)


def test_broken_words_are_put_together() -> None:
    """A hyphen at a line's end goes, unless the word is known with it."""
    rows = [
        ("Times", "", 11.0, "The writer uses a read-only replica for reports, and the other repli-"),
        ("Times", "", 11.0, "cas take over when it fails. A replica that is read-"),
        ("Times", "", 11.0, "only can't take writes, so that a reader gets what was there before it."),
    ]
    text = read(papers.lines(rows)).markdown
    assert "the other replicas take over" in text
    assert "that is read-only can't" in text


def test_code_keeps_its_lines_and_indentation() -> None:
    """Fixed-width rows are a code block with the spaces that the page shows."""
    prose = [("Times", "", 11.0, "This function says what a bounded queue does when it is full of waiting work.")] * 4
    code = ["def put(item):", "    if full():", "        raise Full", "    items.append(item)"]
    text = read(papers.lines([*prose, *(("Courier", "", 10.0, line) for line in code), *prose])).markdown
    assert "```\n" + "\n".join(code) + "\n```" in text


def test_lists_stay_lists() -> None:
    """Bullets and numbers begin items, each with the lines that belong to it."""
    prose = [("Times", "", 11.0, "There are three things to do with work that a full queue can't take any more:")]
    items = ["- wait until there is room", "- drop the oldest", "1. refuse at once", "2. ask for less"]
    text = read(papers.lines([*prose, *(("Times", "", 11.0, item) for item in items)])).markdown
    for item in items:
        assert re.search(rf"^{re.escape(item)}$", text, re.M)


def test_rows_of_cells_are_a_table() -> None:
    """Three rows with the same columns or more are a table, with every cell in its column."""
    text = read(papers.table()).markdown
    assert "| Policy | Waits | Drops |\n| --- | --- | --- |\n| Block | yes | no |" in text


def test_works_cited_are_left_out() -> None:
    """The list of references at the end is nothing to learn; an appendix behind it stays."""
    body = [("Times", "", 11.0, "Queues are discussed in many places, and this sentence is one of them indeed.")] * 12
    end = [
        ("Helvetica", "B", 14.0, "References"),
        ("Times", "", 11.0, "[1] A. Writer. A book about queues. 1999."),
        ("Helvetica", "B", 14.0, "Appendix"),
        ("Times", "", 11.0, "The appendix has more to say about the policies of queues."),
    ]
    text = read(papers.lines([("Helvetica", "B", 20.0, "Title"), *body, *end])).markdown
    assert "A book about queues" not in text
    assert "appendix has more" in text


def test_what_stands_upright_in_the_margin_is_dropped() -> None:
    """A stamp along the edge is no line of the text."""
    assert "0000.00000" not in read(papers.stamped()).markdown


def test_title_and_author_come_from_the_file_if_they_are_sane() -> None:
    """A file name as a title is no title."""
    rows = [("Times", "", 11.0, "A few words that are all of one size, so that no heading is among them at all.")] * 3
    content = read(papers.lines(rows, title="Queues for All", author="A. Writer"))
    assert (content.title, content.author) == ("Queues for All", "A. Writer")
    assert read(papers.lines(rows, title="Microsoft Word - draft7.doc")).title == ""


@pytest.mark.parametrize(
    ("body", "reason", "skipped"),
    [
        (papers.scanned(), "no text layer", True),
        (papers.locked(), "password", False),
        (b"%PDF-1.7\n" + b"\x00garbage" * 40, "damaged", False),
        (papers.two_columns()[:900], "damaged", False),
    ],
    ids=["scanned", "locked", "garbage", "cut"],
)
def test_what_has_no_text_says_why(body: bytes, reason: str, skipped: bool) -> None:
    """Scans are skipped for good, locked and damaged files may come right."""
    with pytest.raises(Unreadable, match=reason) as error:
        read(body)
    assert error.value.skipped is skipped


@pytest.mark.slow
def test_a_book_is_cut_and_says_so() -> None:
    """Only so many pages are read."""
    content = read(papers.many(405))
    assert "only the first 400 of 405 pages" in content.notice
    assert "page=400 " in content.markdown
    assert "page=401 " not in content.markdown
