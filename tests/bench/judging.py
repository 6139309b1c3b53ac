"""How long the gates and the search for duplicates take.

    python -m tests.bench.judging [--cards 50000] [--runs 5]

1,000 cards through all gates (passages of about 800 words, ten cards each, nothing cached before: each run has words of
its own), and all duplicates among 5,000 and 50,000 cards; with the extra `embeddings` also by vectors, where every pair
is taken to be near, so that what follows is asked for as often as it can be, and vectors come from the file that keeps
them. Medians of processor time, which other work on the machine disturbs least. The text is generated: words by Zipf's
law, as in prose.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from pathlib import Path

from flashgen.duplicates import Index, Rules, Vector
from flashgen.embeddings import Remembered
from flashgen.embeddings import vectors as load_vectors
from flashgen.gates import gates, judge
from flashgen.types import Draft, Passage, Verdict
from flashgen.vocabulary import listed

_SYLLABLES = sorted(listed("ba co de fi go hu ka le mi no pa ru se ti vo za cre dra plo sti tron log net sync"))
_SMALL = sorted(listed("the of a in to and is that for it with on by as when which"))


class Prose:
    """Made-up text whose words are as common and as rare as those of prose."""

    def __init__(self, seed: int, vocabulary: int = 8000) -> None:
        self._random = random.Random(seed)
        made = {"".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))) for _ in range(vocabulary)}
        self._words = sorted(made)
        self._random.shuffle(self._words)
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))

    def words(self, count: int) -> list[str]:
        """Content words with small words between them."""
        content = self._random.choices(self._words, cum_weights=self._weights, k=count)
        return [self._random.choice(_SMALL) if n % 3 == 1 else word for n, word in enumerate(content)]

    def passage(self, words: int = 800) -> str:
        """Paragraphs of sentences with a name, some code and a number now and then."""
        sentences = []
        for n in range(words // 16):
            row = self.words(16)
            row[5] = row[5].capitalize() if n % 4 == 0 else f"`{row[5]}`" if n % 7 == 0 else row[5]
            row[9] = str(n * 3) if n % 5 == 0 else row[9]
            sentences.append(" ".join(row).capitalize() + ".")
        return "\n\n".join(" ".join(sentences[n : n + 5]) for n in range(0, len(sentences), 5))


def drafts(prose: Prose, passages: int, each: int) -> Iterator[tuple[Draft, Passage]]:
    """Cards with a quote of their passage, a question and an answer out of its words."""
    for _ in range(passages):
        text = prose.passage()
        passage = Passage(text, path=("Heading",), topic=("Topic",), title="Title", language="en", source_language="en")
        sentences = [line for line in text.replace("\n\n", " ").split(". ") if len(line) > 40]
        for n in range(each):
            quote = sentences[n % len(sentences)]
            row = quote.replace("`", "").split()
            yield (
                Draft(f"What does {' '.join(row[2:8])} do when {' '.join(row[8:11])}?", " ".join(row[11:15]), quote),
                passage,
            )


@dataclass(frozen=True)
class Took:
    """What one run of something took, in seconds, and what there is to say of it."""

    busy: float
    seconds: float
    note: str = ""


def timed(work: Callable[[], str]) -> Took:
    """One run of `work`, which returns its note."""
    began, busy = time.perf_counter(), time.process_time()
    note = work()
    return Took(time.process_time() - busy, time.perf_counter() - began, note)


def row(what: str, once: Callable[[int], Took], runs: int) -> str:
    """A row of the table: medians of runs, each with a seed of its own."""
    took = [once(seed) for seed in range(1, runs + 1)]
    busy, seconds = (statistics.median(figures) for figures in zip(*((t.busy, t.seconds) for t in took), strict=True))
    return f"| {what} | {busy:.2f} | {seconds:.2f} | {took[0].note} |"


def by_gates(seed: int) -> Took:
    """All gates as a run uses them."""
    cards = list(drafts(Prose(seed), 100, 10))

    def judged() -> str:
        objected = sum(judge(draft, passage).verdict is not Verdict.PASS for draft, passage in cards)
        return f"{objected} objected to"

    return timed(judged)


def by_words(seed: int, count: int) -> Took:
    """Every card looked for among those before it."""
    cards = list(pairs(seed, count))
    return timed(lambda: f"{compared(Index(), cards):,} found")


def by_vectors(seed: int, count: int) -> Took:
    """The same with vectors, in which all texts are near each other."""
    cards = list(pairs(seed, count))
    beside = array("f", [1.0, *[0.0] * 383])
    asked = 0

    def known(texts: Sequence[str]) -> Sequence[Vector]:
        nonlocal asked
        asked += len(texts)
        return [beside] * len(texts)

    with tempfile.TemporaryDirectory() as folder:
        vectors = Remembered(lambda: known, Path(folder) / "vectors.sqlite")
        took = timed(lambda: f"{compared(Index(Rules(vectors)), cards):,} found")
        vectors.close()
    return replace(took, note=f"{took.note}; {asked:,} of {2 * count:,} texts need a vector")


def pairs(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Questions and answers."""
    prose = Prose(seed, vocabulary=30_000)
    for _ in range(count):
        yield f"What is {' '.join(prose.words(9))}?", " ".join(prose.words(6))


def compared(index: Index, cards: Sequence[tuple[str, str]]) -> int:
    """How many cards have a duplicate among those before them."""
    found = 0
    for n, (question, answer) in enumerate(cards):
        found += bool(index.near(question, answer))
        index.add(str(n), question, answer)
    return found


def alone() -> None:
    """Print what each gate takes by itself, with all cached that gates share."""
    cards = list(drafts(Prose(1), 100, 10))
    print("\n| gate, all cached | µs a card |\n|---|---|")
    for gate in gates():
        for _ in range(2):
            busy = time.process_time()
            for draft, passage in cards:
                gate.judge(draft, passage)
        print(f"| {gate.name} | {(time.process_time() - busy) / len(cards) * 1e6:.1f} |")


def rate() -> None:
    """Print how many vectors the model computes, where the extra is installed."""
    if vectors := load_vectors():
        sample = [question for question, _ in pairs(1, 200)]
        took = timed(lambda: str(len(vectors(sample))))
        print(
            f"\nvectors computed the first time, beside the model's calls: {200 / took.seconds:.0f} a second and thread"
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    gates()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; seconds, medians of {options.runs}\n")
    print("| what | processor | wall | first run |\n|---|---|---|---|")
    print(row("1,000 cards through all gates", by_gates, options.runs), flush=True)
    for count in (5_000, options.cards):
        print(row(f"{count:,} compared by words", partial(by_words, count=count), options.runs), flush=True)
    print(row(f"{options.cards:,} by vectors", partial(by_vectors, count=options.cards), options.runs), flush=True)
    alone()
    rate()


if __name__ == "__main__":
    main()
