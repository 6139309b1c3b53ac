"""How an article is cut into passages, and what counts as the same passage."""

from hypothesis import given
from hypothesis import strategies as st

from flashgen.sections import LONG, anchor, fingerprint, split, without_marks, word_count
from flashgen.text import words
from flashgen.types import Article, Section


def cut(markdown: str, title: str = "") -> tuple[Section, ...]:
    return split(Article("u", "u", "file", markdown, title=title))


def prose(count: int, word: str = "word") -> str:
    return " ".join(f"{word}{n}" for n in range(count))


def test_path_of_headings() -> None:
    """A section's path is the headings above it, without the one that repeats the article's title."""
    text = f"# Caching\n\n{prose(90)}\n\n## Write-back\n\n{prose(90)}\n\n### When it fails\n\n{prose(90)}"
    assert [section.path for section in cut(text, "Caching")] == [(), ("Write-back",), ("Write-back", "When it fails")]


def test_heading_keeps_its_number() -> None:
    """A number at the start of a heading is part of it."""
    assert cut(f"## 2. The workspace\n\n{prose(90)}")[0].path == ("2. The workspace",)


def test_hash_in_code_is_no_heading() -> None:
    """A comment in a code block doesn't begin a section."""
    assert len(cut(f"## A\n\n{prose(90)}\n\n```python\n# not a heading\nx = 1\n```\n")) == 1


def test_setext_heading() -> None:
    """A heading underlined with dashes counts too."""
    assert cut(f"First\n-----\n\n{prose(90)}")[0].path == ("First",)


def test_short_neighbours_are_joined() -> None:
    """Short sections under one parent become one passage under that parent, their headings kept in its text."""
    text = f"## FAQ\n\n### One\n\n{prose(30)}\n\n### Two\n\n{prose(30)}\n\n## Other\n\n{prose(100)}"
    first, second = cut(text)
    assert first.path == ("FAQ",)
    assert "### One" in first.text
    assert "### Two" in first.text
    assert second.path == ("Other",)


def test_short_section_beside_a_long_one_stays_itself() -> None:
    """A short section never takes the heading away from a long neighbour."""
    text = f"## Long\n\n{prose(200)}\n\n## Short\n\n{prose(20)}"
    assert [section.path for section in cut(text)] == [("Long",), ("Short",)]


def test_empty_sections_are_left_out() -> None:
    """A heading without text of its own gives no passage."""
    assert [section.path for section in cut(f"## A\n\n## B\n\n{prose(90)}")] == [("B",)]


@given(st.lists(st.integers(20, 400), min_size=5, max_size=30))
def test_long_sections_are_cut_between_paragraphs(lengths: list[int]) -> None:
    """Pieces of a long section are at most LONG words, and together hold every word in order."""
    text = "\n\n".join(prose(length, f"p{n}x") for n, length in enumerate(lengths))
    pieces = cut(text)
    assert all(word_count(piece.text) <= LONG for piece in pieces)
    assert [w for piece in pieces for w in words(piece.text)] == words(text)


def test_an_edit_moves_only_the_cuts_beside_it() -> None:
    """One paragraph that grows changes few passages of a long section, not all that follow it."""
    paragraphs = [prose(60, f"p{n}x") for n in range(100)]
    before = {section.fingerprint for section in cut("\n\n".join(paragraphs))}
    paragraphs[30] += " " + prose(50, "new")
    after = {section.fingerprint for section in cut("\n\n".join(paragraphs))}
    assert len(before) >= 8
    assert len(after - before) <= 3


def test_fingerprint_ignores_markup() -> None:
    """Links, emphasis, letter case and white space don't make another text."""
    assert fingerprint("The **cache**  is [fast](https://a.example/1)") == fingerprint(
        "the cache\nis [Fast](https://b.example/2)"
    )


def test_fingerprint_sees_digits_negations_and_code() -> None:
    """A changed number, a 'not', or one sign in a line of code is another text."""
    assert fingerprint("up to 5 nodes") != fingerprint("up to 6 nodes")
    assert fingerprint("it is safe") != fingerprint("it is not safe")
    assert fingerprint("```\na = b\n```") != fingerprint("```\na == b\n```")


def test_anchor_is_the_last_mark_before_the_quote() -> None:
    """A quote stands where the mark before it says; a later section begins with the mark it stands under."""
    first = "<!-- at: page=1 -->\nThe first page says this."
    text = f"{first}\n\n## B\n\n<!-- at: page=2 -->\n{prose(100)}\n\n## C\n\n{prose(90, 'c')}"
    one, two, three = cut(text)
    assert anchor("The first page says this.", one.text) == "page=1"
    assert anchor("word5 word6", two.text) == "page=2"
    assert anchor("c5 c6", three.text) == "page=2"
    assert "at:" not in without_marks(two.text)
