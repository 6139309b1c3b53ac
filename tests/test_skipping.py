"""A link is skipped by a comment in the person's own list, and nothing else of the list changes."""

from __future__ import annotations

import pytest

from flashgen.identity import canonical
from flashgen.reading_list import home_links, parse
from flashgen.reading_list.skipping import with_skip

URL = "https://a.example/x"
MARK = "<!-- flashgen: skip -->"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"# T\n\n{URL}\n", f"# T\n\n{URL} {MARK}\n"),
        (f"- [a]({URL}) and [b](https://b.example/)\n", f"- [a]({URL}) {MARK} and [b](https://b.example/)\n"),
        (f"- <{URL}>\r\n- https://b.example/\r\n", f"- <{URL}> {MARK}\r\n- https://b.example/\r\n"),
        (f'[a]({URL} "title") is good\n', f'[a]({URL} "title") {MARK} is good\n'),
        (f"| a | b |\n|---|---|\n| [a]({URL}) | c |\n", f"| a | b |\n|---|---|\n| [a]({URL}) {MARK} | c |\n"),
        (f"{URL} <!-- flashgen: cards=5 -->\n", f"{URL} {MARK} <!-- flashgen: cards=5 -->\n"),
        (f"{URL}\n\n# Again\n\n{URL}\n", f"{URL} {MARK}\n\n# Again\n\n{URL}\n"),
        (f"{URL}?utm_source=x\n", f"{URL}?utm_source=x {MARK}\n"),
    ],
)
def test_a_skip_is_written_behind_the_link(text: str, expected: str) -> None:
    """However the link is written; and taking it back gives the text as it was."""
    skipped = with_skip(text, URL, skip=True)
    assert skipped == expected
    assert with_skip(skipped, URL, skip=True) == skipped
    assert with_skip(skipped, URL, skip=False) == text


def test_a_skip_leaves_other_options() -> None:
    """Only the one word goes from the person's own comment."""
    text = f'{URL} <!-- flashgen: skip cards=5 focus="why skip it" -->\n'
    read = with_skip(text, URL, skip=False)
    assert read == f'{URL} <!-- flashgen: cards=5 focus="why skip it" -->\n'
    assert home_links(parse(read, ""))[canonical(URL)].options.cards == 5


def test_every_mark_has_to_go() -> None:
    """A link that says skip at two places is read again only when none does."""
    text = f"{URL} {MARK}\n\n# B\n\n{URL} {MARK}\n"
    assert with_skip(text, URL, skip=False) == f"{URL}\n\n# B\n\n{URL}\n"


def test_what_is_not_there_or_not_safe_is_refused() -> None:
    """A link that the list doesn't have, and one where a comment would be no comment, are left to the person."""
    assert with_skip("# T\n\nhttps://b.example/\n", URL, skip=True) is None
