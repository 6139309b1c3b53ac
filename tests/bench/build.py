"""How near does a build come to the time that the model alone takes, and how does its memory grow?

    python tests/bench/build.py [--articles 60,300] [--latency 1.0] [--jobs 16] [--runs 5] [--sections 5]
    python tests/bench/build.py --memory 300,10000 [--sections 1]

A list of articles on loopback (one host, asked like many), a scripted model that answers after a fixed latency, and
`flashgen build` as a whole process: start, fetching, reading, drafting, gating, packing. The bound is calls × latency /
jobs; "asked from" and "until" say when the first question came and the last was answered, "beside" is the share of
calls under way in between. With `--memory`, the peak memory of builds of lists of several lengths, the workers that
read pages included, at no latency. Set FLASHGEN_EMBEDDINGS=off to leave out what vectors cost.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import llm_server
import website
from articles import Pages

TOPIC = 100
"""Links under one heading."""


@dataclass(frozen=True)
class Measured:
    """One build: seconds, calls of the model, and megabytes at the peak of all its processes together, and of the one
    that isn't there to read pages."""

    seconds: float
    calls: int
    peak: float
    alone: float
    began: float = 0.0


def build(root: Path, links: int, site: website.Site, llm: llm_server.ModelServer, jobs: int) -> Measured:
    """Build a fresh list of so many links."""
    lines = []
    for n in range(links):
        lines += [f"\n# Topic {n // TOPIC}\n"] if n % TOPIC == 0 else []
        lines.append(f"- [{n}]({site.url}/{n})")
    home = root / "decks" / "bench"
    home.mkdir(parents=True)
    (home / "reading-list.md").write_text("\n".join(lines) + "\n")
    (root / "flashgen.toml").write_text('[anki]\ncollection = "off"\n[fetch]\nper_host = 32\n')
    command = [sys.executable, "-m", "flashgen", "build", "--allow-private", "--jobs", str(jobs), "--llm", llm.url]
    llm.asked.clear()
    llm.headers.clear()
    began = time.perf_counter()
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=root, stdout=nowhere, stderr=nowhere) as process, peak_of(process.pid) as peak:
        process.wait()
    assert process.returncode == 0
    return Measured(time.perf_counter() - began, len(llm.asked), peak[0], peak[1], began)


@contextmanager
def peak_of(pid: int) -> Iterator[list[float]]:
    """The megabytes that a process and its children had at most together, and the process alone (proportional set size,
    looked at often)."""
    peak, over = [0.0, 0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            peak[0] = max(peak[0], sum(map(_megabytes, _family(pid))))
            peak[1] = max(peak[1], _megabytes(pid))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _family(pid: int) -> list[int]:
    """A process and all that it and its children started, from whatever thread."""
    try:
        children = [
            one for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def overlap(articles: int, sections: int, latency: float, jobs: int, runs: int) -> None:
    """Print how the time of a build relates to the bound."""
    rows = []
    for _ in range(runs):
        asked: list[float] = []

        def answer(number: int, body: object, asked: list[float] = asked) -> llm_server.Answer:
            asked.append(time.perf_counter())
            return replace(llm_server.cards_from(body), wait=latency)  # type: ignore[arg-type]

        with website.serving() as site, llm_server.serving(answer) as llm, tempfile.TemporaryDirectory() as folder:
            site.pages = Pages(sections)
            one = build(Path(folder), articles, site, llm, jobs)
        first, last = min(asked) - one.began, max(asked) + latency - one.began
        rows.append((one.seconds, one.calls, first, last, one.calls * latency / jobs / (last - first)))
    seconds, calls, first, last, beside = (statistics.median(column) for column in zip(*rows, strict=True))
    bound = calls * latency / jobs
    print(
        f"| {articles} | {calls:.0f} | {latency:g} s | {jobs} | {bound:.1f} | {seconds:.1f} | {seconds / bound:.2f} | "
        f"{first:.1f} | {last:.1f} | {beside:.0%} |",
        flush=True,
    )


def memory(lengths: Sequence[int], sections: int, jobs: int) -> None:
    """Print the peak memory for lists of several lengths."""
    print("| links | seconds | peak MB | to the first | without readers | to the first |\n|---|---|---|---|---|---|")
    first: Measured | None = None
    for links in lengths:
        with (
            website.serving() as site,
            llm_server.serving(lambda n, body: llm_server.cards_from(body)) as llm,
            tempfile.TemporaryDirectory() as folder,
        ):
            site.pages = Pages(sections)
            one = build(Path(folder), links, site, llm, jobs)
        first = first or one
        ratios = one.peak / first.peak, one.alone / first.alone
        print(
            f"| {links:,} | {one.seconds:.0f} | {one.peak:.0f} | {ratios[0]:.2f} | {one.alone:.0f} | {ratios[1]:.2f} |",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", metavar="N,N", default="60")
    parser.add_argument("--sections", type=int, default=5)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--jobs", type=int, default=16)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory", metavar="LINKS,LINKS", default="")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {options.runs}\n")
    if options.memory:
        memory(_numbers(options.memory), options.sections, options.jobs)
        return
    print("| articles | calls | latency | at once | bound | build | to the bound | asked from | until | beside |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for articles in _numbers(options.articles):
        overlap(articles, options.sections, options.latency, options.jobs, options.runs)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    main()
