"""The quickstart list: what a first run with the embedded model has to work with."""

from pathlib import Path

import pytest

from flashgen.choosing import facts
from flashgen.reading_list import parse
from flashgen.sections import split, word_count
from flashgen.text import plain, words
from flashgen.types import Article, Passage
from flashgen.vocabulary import guess

HOME = Path(__file__).parent.parent / "decks" / "quickstart"
ARTICLES = sorted((HOME / "articles").iterdir())


def test_every_link_is_an_article_beside_the_list_and_a_note_is_long_enough() -> None:
    """Nothing is fetched from a network; a note of the person's own has at least 25 words; there are several topics."""
    found = parse((HOME / "reading-list.md").read_text(encoding="utf-8"), "quickstart")
    assert sorted((HOME / link.url).name for link in found.links) == [path.name for path in ARTICLES]
    assert all((HOME / link.url).is_file() for link in found.links)
    assert len({link.topic for link in found.links}) >= 3
    assert any(note.topic[-1:] == ("Making good cards",) and len(words(note.text)) >= 25 for note in found.notes)


def test_articles_are_short_in_two_languages_and_one_has_code() -> None:
    """300 to 700 words each, English and Russian, code with its language."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in ARTICLES}
    assert all(300 <= word_count(text) <= 700 for text in texts.values())
    assert {guess(plain(text)) for text in texts.values()} == {"en", "ru"}
    assert any("```python" in text for text in texts.values())


@pytest.mark.parametrize("path", [path for path in ARTICLES if path.suffix == ".md"], ids=lambda path: path.stem)
def test_articles_hold_facts_that_a_small_model_can_be_asked_about(path: Path) -> None:
    """Each article has at least eight sentences that are chosen."""
    text = path.read_text(encoding="utf-8")
    language = guess(plain(text))
    sections = split(Article(str(path), str(path), "file", text, path.stem, language=language))
    passages = [Passage(section.text, section.path, source_language=language) for section in sections]
    assert sum(len(facts(passage)) for passage in passages) >= 8
