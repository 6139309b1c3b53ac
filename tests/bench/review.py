"""How long a person waits at the review page over many cards, against reading their YAML alone.

    python tests/bench/review.py [TOPICS CARDS_PER_TOPIC]      # 100 topics of 200 cards by default

Times are of the wall: from the start of `flashgen review`, with its index warm, to the first card in hand, and from a
decision to the next card. The peer, in the same run, is PyYAML's CBaseLoader over the same files.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import yaml
from store import CARDS_PER_LINK, card

from flashgen.store.cards import CardFiles, Change
from flashgen.types import Status

DECISIONS = 50
ROOT = Path(__file__).parents[2]


def main(topics: int, per_topic: int) -> None:
    """Print one line for each thing that is timed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(root, topics, per_topic)
        files = sorted((root / "decks/bench/cards").glob("*.yaml"))
        begun = time.perf_counter()
        for path in files:
            yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
        peer = time.perf_counter() - begun
        print(f"{topics * per_topic:,} cards in {topics} files")
        print(f"{peer:8.3f} s   PyYAML's CBaseLoader alone")
        for name in ("index made anew", "index warm"):
            begun = time.perf_counter()
            with reviewing(root) as (client, base):
                page = client.get(base).text
                first = time.perf_counter() - begun
                print(f"{first:8.3f} s   to the first card, {name} ({first / peer:.2f} of the peer)")
                if name == "index warm":
                    told(decide(client, base, page))


def told(times: list[float]) -> None:
    """The decisions' median and worst."""
    print(f"{1000 * statistics.median(times):8.1f} ms  from a decision to the next card, median of {len(times)}")
    print(f"{1000 * max(times):8.1f} ms  the slowest of them")


def decide(client: httpx.Client, base: str, page: str) -> list[float]:
    """The seconds that each of some decisions takes, the file written and the next card in hand."""
    times = []
    for number in range(DECISIONS):
        asked = {name: re.search(rf'data-{name}="([^"]*)"', page)[1] for name in ("list", "id", "version")}  # type: ignore[index]
        action = {"action": "reject", "reason": "bench"} if number % 2 else {"action": "accept"}
        begun = time.perf_counter()
        answer = client.post(f"{base}/decide", json={**asked, **action}, headers={"Origin": base})
        times.append(time.perf_counter() - begun)
        answer.raise_for_status()
        page = answer.json()["html"]
    return times


@contextmanager
def reviewing(root: Path) -> Iterator[tuple[httpx.Client, str]]:
    """`flashgen review` in a process of its own, and a client that was let in."""
    command = [sys.executable, "-m", "flashgen", "review", "--no-browser"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=root, env=env, stdout=-1, stderr=-3, text=True) as run, httpx.Client() as client:
        try:
            assert run.stdout
            address = run.stdout.readline().strip()
            client.get(address)
            yield client, address.partition("/open/")[0]
        finally:
            run.terminate()


def lay_out(root: Path, topics: int, per_topic: int) -> None:
    """A workspace of drafts."""
    chance = random.Random(1)
    home = root / "decks" / "bench"
    lines = ["# Bench\n"]
    for topic in range(topics):
        cards = [
            replace(card(chance, topic, number), id=f"{topic:06d}x{number:09d}", status=Status.DRAFT)
            for number in range(per_topic)
        ]
        CardFiles(home / "cards").upsert((f"Topic {topic}",), [Change(each) for each in cards])
        lines.append(f"\n## Topic {topic}\n\n")
        lines += [f"- https://example.org/{topic}/{link}\n" for link in range(per_topic // CARDS_PER_LINK)]
    (home / "reading-list.md").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]) if len(sys.argv) == 3 else (100, 200))
