"""What counts as saying the same, and that contrast cards don't."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.duplicates import Index, Match, NoVectors, Rules, Vector
from flashgen.embeddings import Embed, Remembered

QUORUM = ("What is a quorum in a cluster?", "A majority of its nodes")
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "duplicates.yaml").read_text(encoding="utf-8"))


def near(one: tuple[str, str], other: tuple[str, str]) -> list[Match]:
    index = Index()
    index.add("one", *one)
    return index.near(*other)


@pytest.mark.parametrize("pair", CASES["exact"])
def test_exact(pair: list[list[str]]) -> None:
    """Letter case, quotes, dashes, spaces, marks and the final full stop make no other card."""
    assert near(tuple(pair[0]), tuple(pair[1])) == [Match("one", True, 1.0)]  # type: ignore[arg-type]


@pytest.mark.parametrize("pair", CASES["near"])
def test_near(pair: list[list[str]]) -> None:
    """The same question in other words, with the same answer in other words, is near; whichever came first."""
    for one, other in (pair, reversed(pair)):
        found = near(tuple(one), tuple(other))  # type: ignore[arg-type]
        assert [match.exact for match in found] == [False]


@pytest.mark.parametrize("pair", CASES["contrast"])
def test_contrast(pair: list[list[str]]) -> None:
    """One card with a word, a number or a side exchanged is another card; whichever came first."""
    for one, other in (pair, reversed(pair)):
        assert near(tuple(one), tuple(other)) == []  # type: ignore[arg-type]


def test_likest_first() -> None:
    """What is word for word the same comes first, then the likest."""
    index = Index()
    index.add("far", "How do people define a quorum in a database cluster?", "As a majority of the nodes")
    index.add("same", *QUORUM)
    index.add("near", "What does quorum mean in a cluster?", "A majority of its nodes")
    assert [match.key for match in index.near(*QUORUM)] == ["same", "near", "far"]


def test_empty_index() -> None:
    """Nothing is like a card that is the first, nor like one without words."""
    assert Index().near(*QUORUM) == []
    assert near(("", ""), QUORUM) == []


def test_common_words_find_nothing_by_themselves() -> None:
    """Thousands of cards that share common words neither match nor slow down each other."""
    index = Index()
    for n in range(3000):
        index.add(str(n), f"What does command number{n} do in the system?", f"It starts process{n} of the system")
    assert index.near("What does command number7 do in the system?", "It starts process7 of the system")[0].key == "7"
    assert index.near("What does command zeta do in the system?", "It stops nothing at all") == []


@given(st.text(), st.text())
def test_every_card_is_its_own_duplicate(question: str, answer: str) -> None:
    """Whatever its text, a card is found again."""
    assert near((question, answer), (question, answer))[0].exact


def meaning(texts: Sequence[str]) -> Sequence[Vector]:
    """A model that knows two meanings: what is about caches, and the rest."""
    return [(1.0, 0.0) if "cache" in text else (0.0, 1.0) for text in texts]


def test_vectors_decide() -> None:
    """With vectors, meaning decides among the cards that share some words."""
    index = Index(Rules(meaning))
    index.add("cache", "When does a cache answer?", "At once, from the cache")
    index.add("disk", "When does a disk answer?", "At once, from the disk")
    found = index.near("How soon may a cache reply?", "At once, from the cache itself")
    assert [match.key for match in found] == ["cache"]


def test_vectors_are_asked_once(tmp_path: Path) -> None:
    """The vector of a text is computed once, also across runs, and so rounded to four bytes a number."""
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Sequence[Vector]:
        asked.extend(texts)
        return meaning(texts)

    path = tmp_path / "cache" / "vectors.sqlite"
    first = Remembered(lambda: embed, path)
    assert list(map(tuple, first(["a cache", "a  cache", "a disk"]))) == [(1.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
    first(["a cache"])
    first.close()
    again = Remembered(lambda: embed, path)
    assert tuple(again(["a disk"])[0]) == (0.0, 1.0)
    again.close()
    assert asked == ["a cache", "a disk"]


def test_vectors_without_a_file() -> None:
    """A place that can't hold a file costs the memory of earlier runs, nothing else."""
    assert tuple(Remembered(lambda: meaning, Path("/dev/null/vectors"))(["a cache"])[0]) == (1.0, 0.0)


def test_spoilt_file_of_vectors(tmp_path: Path) -> None:
    """A cache that is no database is left alone."""
    path = tmp_path / "vectors.sqlite"
    path.write_text("no database" * 100)
    assert tuple(Remembered(lambda: meaning, path)(["a cache"])[0]) == (1.0, 0.0)
    assert path.read_text().startswith("no database")


def test_a_model_that_cannot_run(tmp_path: Path) -> None:
    """An extra that is installed and broken costs nothing but itself: from then on words decide."""

    def load() -> Embed:
        raise OSError("wrong ELF class")

    index = Index(Rules(Remembered(load, tmp_path / "vectors.sqlite")))
    index.add("one", *QUORUM)
    assert [match.key for match in index.near("What does quorum mean in a cluster?", "A majority of its nodes")] == [
        "one"
    ]
    with pytest.raises(NoVectors):
        Remembered(load)(["a text"])


def test_what_shares_nothing_is_not_looked_at() -> None:
    """A vector is asked for only where the words make a duplicate possible: a model's time is dear."""
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Sequence[Vector]:
        asked.extend(texts)
        return meaning(texts)

    index = Index(Rules(embed))
    index.add("one", "When does a write-back cache acknowledge a write?", "As soon as it is in memory")
    assert index.near("Which queen leaves with the swarm of a cache of bees?", "The old one, with most workers") == []
    assert not asked


def test_switched_off() -> None:
    """With the gate switched off only what is the same word for word is found."""
    index = Index(Rules(level="off"))
    index.add("one", *QUORUM)
    assert index.near("What does quorum mean in a cluster?", "A majority of its nodes") == []
    assert index.near(*QUORUM)[0].exact
