"""How fast decks are written, against genanki alone with the same fields: time, size and peak memory.

On a machine with other work, believe the CPU time.

    python tests/bench/apkg.py [NOTES] [--code] [--runs 5]

Both sides begin with the same cards and links in memory, and each is run in a process of its own, by turns; the figures
are medians. Sentences are put together from word lists with a fixed seed: every one is different, about as compressible
as prose, and with --code a third of the cards have code spans.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path

from flashgen.decks import Deck, decks
from flashgen.identity import new_card_id
from flashgen.ledger import LinkRecord, SectionRecord
from flashgen.types import Card, Link, ReadingList, Topic

SYLLABLES = re.findall(
    r"\w+", "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zy bra cle dri flo gru pla ste"
)
WORDS = re.findall(
    r"\w+",
    """the a cache server client request reply queue leader follower log index table row key value store writes reads
    sends waits commits retries before after when unless every only first next partition replica shard node cluster
    consistency latency throughput quorum term vote lease lock version clock message broker topic offset batch""",
)


def make(count: int, code: bool) -> tuple[ReadingList, dict[Topic, list[Card]], dict[str, LinkRecord]]:
    """`count` cards on articles of twelve, in topics of twenty links."""
    rng = random.Random(7)
    vocabulary = WORDS * 6 + ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(6000)]
    cards: dict[Topic, list[Card]] = {}
    links, records = [], {}
    for number in range(-(-count // 12)):
        topic = ("Systems", f"Topic {number // 20}")
        url = f"https://{rng.choice(vocabulary)}.example.org/{number}/{'-'.join(rng.sample(vocabulary, 4))}"
        links.append(Link(url, topic, number + 1))
        sections = tuple(SectionRecord((f"Part {part}",), "") for part in range(4))
        title = " ".join(rng.sample(vocabulary, 5)).capitalize()
        records[url] = LinkRecord(url, topic, title=title, date="2026-03-04", final_url=url, sections=sections)
        for place in range(min(12, count - number * 12)):
            quote = " ".join(rng.choices(vocabulary, k=rng.randint(12, 24))).capitalize() + "."
            words = quote.rstrip(".").split()
            question = f"What does {' '.join(rng.choices(words, k=7))} do?"
            if code and place % 3 == 0:
                question = f"What does `{words[0]}.{words[1]}(&{words[2]})` do in {' '.join(words[3:8])}?"
            answer = f"It {' '.join(rng.sample(words, 6))}."
            card = Card(
                new_card_id(), question, answer, quote, url, (f"Part {place % 4}",), tags=("bench",),
                created=1_790_000_000 + number // 50, changed=1_791_000_000,
            )  # fmt: skip
            cards.setdefault(topic, []).append(card)
    return ReadingList("bench", tuple(cards), tuple(links)), cards, records


def ours(made: tuple[ReadingList, dict[Topic, list[Card]], dict[str, LinkRecord]], path: Path) -> None:
    """From cards to the file: deep links, rendering, cleaning, packing."""
    from flashgen.outputs import output

    output("apkg").write(decks(*made), path)


def theirs(made: tuple[Deck, ...], path: Path) -> None:
    """genanki with the same note type and the same text in the same fields, escaped and no more."""
    import genanki

    from flashgen.anki.note_types import note_types

    kind = next(iter(note_types().values()))
    model = genanki.Model(
        kind.id,
        kind.name,
        fields=[{"name": field["name"]} for field in kind.to_json()["flds"]],
        templates=[{"name": "Card", "qfmt": kind.question, "afmt": kind.answer}],
        css=kind.css,
    )
    packed = []
    for number, deck in enumerate(made):
        target = genanki.Deck(2_000_000_000 + number, deck.name)
        for note in deck.notes:
            card = note.card
            source = f'<a href="{escape(note.link)}">{escape(note.title)}</a> · {note.site} · {note.date}'
            values = [escape(card.question), escape(card.answer), "", escape(card.quote), source, escape(note.context)]
            values += ["", "", "", "", "", card.id]
            target.add_note(genanki.Note(model, values, guid=card.id, tags=["bench", "flashgen::bench"], due=note.due))
        packed.append(target)
    genanki.Package(packed).write_to_file(str(path))


def one(side: str, count: int, code: bool, path: Path) -> None:
    """One side in this process: prints seconds, CPU seconds, bytes, and the peak of memory in MB (all, for it)."""
    made = make(count, code)
    ready = decks(*made) if side == "genanki" else ()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.perf_counter(), time.process_time()
    if side == "genanki":
        theirs(ready, path)
    else:
        ours(made, path)
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(took, cpu, path.stat().st_size, after / 1024, (after - before) / 1024)


def measured(side: str, count: int, code: bool) -> list[float]:
    """One side in a process of its own: what `one` prints."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, str(count), "--one", side, "--into", str(Path(folder) / f"{side}.apkg")]
        out = subprocess.run([*command, *["--code"] * code], check=True, capture_output=True, text=True).stdout
    return [float(figure) for figure in out.split()]


def main() -> None:
    """Both sides, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", nargs="?", type=int, default=100_000)
    parser.add_argument("--code", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--one", choices=("genanki", "flashgen"), help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one, options.notes, options.code, options.into)
        return
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {options.notes:,} notes, medians of {options.runs}\n"
    )
    runs = [
        {side: measured(side, options.notes, options.code) for side in ("genanki", "flashgen")}
        for _ in range(options.runs)
    ]
    figures = {
        side: [statistics.median(column) for column in zip(*(run[side] for run in runs), strict=True)]
        for side in ("genanki", "flashgen")
    }
    for side, (seconds, cpu, size, peak, more) in figures.items():
        times = f"{seconds:6.2f} s (CPU {cpu:5.2f} s)"
        print(f"{side:9} {times} {size / 1e6:7.2f} MB, peak {peak:4.0f} MB (writing {more:.0f})")
    ratios = [
        ours / theirs if theirs else 0.0 for ours, theirs in zip(figures["flashgen"], figures["genanki"], strict=True)
    ]
    time_, cpu, size, peak, _ = ratios
    print(f"ratio     {time_:6.2f}   (CPU {cpu:5.2f})   {size:7.2f}   , peak {peak:4.2f}")


if __name__ == "__main__":
    main()
