"""Where the text of a page is: what the page declares, what a mask points to, what paragraphs tell."""

from __future__ import annotations

from typing import Any

from flashgen.extract.reader import extract

WORDS = "Replication keeps a copy of the same data on several machines that are connected by a network of some kind."
MORE = "A follower that has fallen behind serves old values, which is why some reads have to go to the leader instead."
LAST = "When the leader fails, one of the followers must be promoted, and the clients need to learn of the new leader."


def read(html: str, mask: str = "") -> str:
    """The Markdown of a page for which an extractor gave `mask`."""

    def given(root: Any, url: str, posts: bool) -> str:
        return mask

    return extract(html.encode(), url="https://site.example/page", mask=given).markdown


def page(inside: str) -> str:
    return f"<html><body><div><a href='/'>Home</a></div><div class='x'>{inside}</div><div>Imprint</div></body></html>"


def test_what_the_mask_misses_within_the_text_is_kept() -> None:
    """Code, tables, lists and headings between covered paragraphs belong to the text."""
    html = page(f"<p>{WORDS}</p><h2>Lag</h2><pre>SELECT 1</pre><ul><li>one</li></ul><p>{MORE}</p>")
    assert read(html, f"{WORDS}\n{MORE}") == f"{WORDS}\n\n## Lag\n\n```\nSELECT 1\n```\n\n- one\n\n{MORE}\n"


def test_chrome_around_the_covered_text_is_left_out() -> None:
    """What stands before and behind the mask's text in boxes of its own is not text."""
    html = page(f"<div>Share 12</div><div><p>{WORDS}</p><p>{MORE}</p></div><div><a href='/n'>Next: clocks</a></div>")
    assert read(html, f"{WORDS}\n{MORE}") == f"{WORDS}\n\n{MORE}\n"


def test_a_teaser_between_paragraphs_is_left_out() -> None:
    """A box that is named a teaser and that the mask doesn't have is dropped from the middle of the text."""
    html = page(f"<p>{WORDS}</p><div class='teaser'><p>Read our book</p></div><p>{MORE}</p>")
    assert read(html, f"{WORDS}\n{MORE}") == f"{WORDS}\n\n{MORE}\n"


def test_the_mask_vouches_for_doubtful_names() -> None:
    """A box that is named like chrome but that the mask has is text."""
    html = page(f"<p>{WORDS}</p><div class='card'><p>{MORE}</p></div><p>{LAST}</p>")
    assert MORE in read(html, f"{WORDS}\n{MORE}\n{LAST}")


def test_a_page_that_declares_its_text_needs_no_mask() -> None:
    """`itemprop=articleBody`, `entry-content` and the like are believed, and all within them is text."""
    html = page(f"<p>{LAST}</p>").replace("class='x'", "class='entry-content'")
    html = html.replace("</body>", f"<div class='sidebar'><p>{WORDS}</p></div></body>")
    assert read(
        html.replace(f"<p>{LAST}</p>", f"<p>{LAST}</p><p>{MORE}</p><table><tr><td>a<td>b<tr><td>1<td>2</table>")
    ) == (f"{LAST}\n\n{MORE}\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n")


def test_paragraphs_are_believed_over_a_mask_that_misses_them() -> None:
    """A mask without most of the page's paragraphs is wrong about where the article is."""
    html = page(f"<p>{WORDS}</p><p>{MORE}</p><p>{LAST}</p>")
    assert read(html, "Imprint") == f"{WORDS}\n\n{MORE}\n\n{LAST}\n"


def test_the_masks_text_stands_in_where_the_page_falls_short_of_it() -> None:
    """Under 60 % of the mask's words in the kept part: then the mask's own text is the result."""
    mask = "\n".join(f"{WORDS} Number {n}." for n in range(20))
    assert read(page(f"<p>{WORDS}</p>"), mask) == mask


def test_a_copy_for_machines_is_not_read_twice() -> None:
    """A page that says its whole text once more in one hidden piece is read once."""
    paragraphs = [f"{text} ({n})" for n, text in enumerate([WORDS, MORE, LAST] * 4)]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = page(f"<div itemprop='articleBody'>{' '.join(paragraphs)}</div><div>{text}</div>")
    assert read(html, "\n".join(paragraphs)).count(WORDS) == 4


def test_an_index_keeps_its_links() -> None:
    """A page with hardly any paragraphs is read as what it is: its main part with all its links."""
    links = "".join(f"<li><a href='/{n}'>Article number {n} on queues and logs</a></li>" for n in range(20))
    html = page(f"<main><h1>All articles</h1><ul>{links}</ul></main>")
    assert read(html).count("https://site.example/") == 20


def test_the_answers_of_a_forum_are_its_text() -> None:
    """Where the page says that it is a discussion, posts in boxes named comments are kept."""
    posts = "".join(f"<div class='comment'><p>{text}</p></div>" for text in (WORDS, MORE, LAST))
    marked = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    html = page(f"<h1>Which one?</h1><div class='comments'>{posts}</div>")
    assert MORE in read(html.replace("<body>", f"<body>{marked}"), f"{WORDS}\n{MORE}\n{LAST}")


def test_comments_under_an_article_are_left_out() -> None:
    """Readers' comments are no part of an article, however many words they have."""
    html = page(f"<article><p>{WORDS}</p><p>{LAST}</p></article><div id='comments'><p>{MORE}</p></div>")
    assert MORE not in read(html, f"{WORDS}\n{LAST}\n{MORE}")


def test_a_section_named_by_its_heading_is_text() -> None:
    """Sections of documentation have ids like `comments` or `related-work`; that makes them no chrome."""
    html = page(f"<main><p>{WORDS}</p><section id='comments'><h2>Comments</h2><p>{MORE}</p></section></main>")
    assert MORE in read(html, WORDS)


def test_hidden_text_is_left_out_unless_it_is_the_page() -> None:
    """A hidden copy or menu is no text; a page that hides everything until a script runs is read."""
    assert (
        read(page(f"<p>{WORDS}</p><p>{LAST}</p><p style='display: none'>Secret</p>"), WORDS) == f"{WORDS}\n\n{LAST}\n"
    )
    assert WORDS in read(f"<html><body><div style='display:none'><p>{WORDS}</p><p>{MORE}</p></div></body></html>")


def test_a_broken_mask_does_no_harm() -> None:
    """Without any mask the paragraphs show where the text is."""
    assert read(page(f"<p>{WORDS}</p><p>{MORE}</p>")) == f"{WORDS}\n\n{MORE}\n"
