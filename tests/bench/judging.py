"""How long the gates and the search for duplicates take.

python -m tests.bench.judging [--cards 50000]

Prints seconds for 1,000 cards through all gates (passages of about 800 words, ten cards each, nothing cached before)
and for all duplicates among 5,000 and 50,000 cards. The text is generated: words by Zipf's law, as in prose.
"""

from __future__ import annotations

import argparse
import random
import time
from array import array
from collections.abc import Iterator, Sequence

from flashgen.duplicates import Index, Rules, Vector
from flashgen.embeddings import vectors as load_vectors
from flashgen.gates import gates, judge
from flashgen.types import Draft, Passage
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
        self._weights = [1 / (rank + 10) for rank in range(len(self._words))]

    def words(self, count: int) -> list[str]:
        """Content words with small words between them."""
        content = self._random.choices(self._words, self._weights, k=count)
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


def time_gates() -> None:
    """All gates as a run uses them, then each alone."""
    cards = list(drafts(Prose(1), 100, 10))
    gates()
    began, busy = time.perf_counter(), time.process_time()
    for draft, passage in cards:
        judge(draft, passage)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(f"gates: {len(cards)} cards in {seconds:.2f} s ({cpu:.2f} s of processor time)")
    for gate in gates():
        began = time.perf_counter()
        for draft, passage in cards:
            gate.judge(draft, passage)
        print(f"  {gate.name:12} {(time.perf_counter() - began) / len(cards) * 1e6:7.1f} µs a card, all cached")


def time_duplicates(count: int) -> None:
    """Every card looked for among those before it."""
    prose = Prose(2, vocabulary=30_000)
    cards = [(f"What is {' '.join(prose.words(9))}?", " ".join(prose.words(6))) for _ in range(count)]
    index, found = Index(), 0
    began, busy = time.perf_counter(), time.process_time()
    for n, (question, answer) in enumerate(cards):
        found += bool(index.near(question, answer))
        index.add(str(n), question, answer)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(f"duplicates: {count:,} cards in {seconds:.1f} s ({cpu:.1f} s of processor time), {found} found")


def time_vectors(count: int) -> None:
    """The same with the extra `embeddings`, where it is installed: how many texts need a vector at all and what the
    first of them cost, by a sample; then all of it with every vector known."""
    compute = load_vectors()
    if compute is None:
        return
    asked: set[str] = set()
    beside = array("f", [1.0, *[0.0] * 383])

    def known(texts: Sequence[str]) -> Sequence[Vector]:
        asked.update(texts)
        return [beside] * len(texts)

    prose = Prose(3, vocabulary=30_000)
    cards = [(f"What is {' '.join(prose.words(9))}?", " ".join(prose.words(6))) for _ in range(count)]
    index = Index(Rules(known))
    began, busy = time.perf_counter(), time.process_time()
    for n, (question, answer) in enumerate(cards):
        index.near(question, answer)
        index.add(str(n), question, answer)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(
        f"with embeddings, vectors known: {count:,} cards in {seconds:.1f} s ({cpu:.1f} s of processor time); "
        f"{len(asked):,} texts need a vector"
    )
    sample = sorted(asked)[:200]
    began = time.perf_counter()
    compute(sample)
    rate = len(sample) / (time.perf_counter() - began) if sample else 0
    print(f"  computed the first time, beside the model's calls: {rate:.0f} a second and thread")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=50_000)
    options = parser.parse_args()
    time_gates()
    time_duplicates(5_000)
    time_duplicates(options.cards)
    time_vectors(options.cards)
