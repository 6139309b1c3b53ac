"""What a run with nothing new costs where much is there, and how memory grows with the list.

    python tests/bench/scale.py [--links 10000] [--cards 10] [--runs 5]

A workspace of so many links with so many cards each, written by the store itself. Then, as whole processes side by
side: a build with nothing to do, `flashgen status`, and a program that only reads all those files with the YAML and
JSON libraries (PyYAML's C loader, `json`). Medians of the wall time, and the peak memory of each.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from judging import Prose

from flashgen.hand import made_of
from flashgen.ledger import Ledger, LinkRecord, LinkState, SectionRecord
from flashgen.store.cards import CardFiles, Change
from flashgen.store.ledger_file import LedgerFile
from flashgen.types import Card, Validators

TOPICS = 50
WORDS = Prose(1).words(30_000)
READ_ALL = """
import json, sys, yaml
from pathlib import Path
for home in Path(sys.argv[1], "decks").iterdir():
    json.loads((home / "sources.json").read_text())
    for file in (home / "cards").glob("*.yaml"):
        yaml.load(file.read_text(), yaml.CBaseLoader)
"""


def sentence(chance: random.Random, words: int) -> str:
    """A made-up sentence, of words as common and as rare as those of prose."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def card(chance: random.Random, url: str, number: int) -> Card:
    made = Card(
        id=f"{number:016x}",
        question=f"{sentence(chance, 9)[:-1]}?",
        answer=sentence(chance, 9),
        quote=sentence(chance, 20),
        source=url,
        section=(sentence(chance, 3),),
        created=1_700_000_000,
        changed=1_700_000_000,
    )
    return replace(made, made=made_of(made))


def workspace(root: Path, links: int, cards: int) -> None:
    """A list with all its links read and carded."""
    chance = random.Random(1)
    home = root / "decks" / "large"
    lines, records = ["# Large"], {}
    files = CardFiles(home / "cards")
    for topic in range(TOPICS):
        path = ("Large", f"Topic {topic}")
        lines.append(f"\n## Topic {topic}\n")
        of_topic = []
        for number in range(topic, links, TOPICS):
            url = f"https://host-{number % 997}.example/{number}"
            lines.append(f"- [Article {number}]({url})")
            made = [card(chance, url, number * cards + n) for n in range(cards)]
            of_topic += made
            records[url] = LinkRecord(
                url,
                path,
                LinkState.CARDED,
                title=f"Article {number}",
                sections=tuple(SectionRecord((f"Section {n}",), f"{number:08x}{n:08x}") for n in range(5)),
                validators={url: Validators(f'"{number:x}"')},
                made={each.id: each.quote for each in made},
                checked=1_700_000_000,
                changed=1_700_000_000,
            )
        files.upsert(path, [Change(each) for each in of_topic])
    (home / "reading-list.md").write_text("\n".join(lines) + "\n")
    (root / "flashgen.toml").write_text('[anki]\ncollection = "off"\n[gates]\nduplicate = "off"\n')
    LedgerFile(home / "sources.json").save(Ledger(records))


def timed(command: list[str], cwd: Path, runs: int) -> tuple[float, float]:
    """The median wall time in seconds and the peak memory in megabytes of a command."""
    times, peak = [], 0.0
    for _ in range(runs):
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        times.append(time.perf_counter() - began)
        assert process.returncode == 0, command
        peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(times), peak


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--cards", type=int, default=10, help="for each link")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {options.runs}\n")
    build = [sys.executable, "-m", "flashgen", "build"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        workspace(root, options.links, options.cards)
        os.environ["PYTHONPATH"] = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
        first = timed(build, root, 1)
        rows = {
            "reading all files with YAML and JSON": timed([sys.executable, "-c", READ_ALL, folder], root, options.runs),
            "a build with nothing to do": timed(build, root, options.runs),
            "flashgen status": timed([*build[:-1], "status", "--json"], root, options.runs),
        }
        base = next(iter(rows.values()))
        print(
            f"{options.links:,} links, {options.links * options.cards:,} cards; the first build packs: {first[0]:.1f} s"
        )
        print("\n| what | seconds | to reading all | peak MB |\n|---|---|---|---|")
        for what, (seconds, peak) in rows.items():
            print(f"| {what} | {seconds:.2f} | {seconds / base[0]:.3f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
