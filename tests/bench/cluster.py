"""How much faster do two Dask workers read than one worker alone?

    python tests/bench/cluster.py [--pages 2000] [--runs 5]

The pages of tests/pages, again and again under addresses of their own: reading them needs the processor alone. One
worker (a process that reads, as in a run on a machine with one core) against two Dask workers of one thread each, which
get them in parcels of a hundred through the executor interface, as `--dask` sends them. Medians; the starts of both
are not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

PAGES = [path for path in sorted(Path(__file__).parents[1].glob("pages/*.html")) if path.stat().st_size > 3000]
PARCEL = 100


def read_parcel(numbers: Sequence[int]) -> int:
    """Read so many pages in a worker process, as a parcel's links are read; how many words they had."""
    from flashgen.cluster.work import allow_children

    allow_children()
    return asyncio.run(_read_all(numbers))


async def _read_all(numbers: Sequence[int]) -> int:
    from flashgen.errors import LinkError
    from flashgen.sections import word_count
    from flashgen.sources import read
    from flashgen.types import Page
    from flashgen.workers import Workers

    bodies = [path.read_bytes() for path in PAGES]

    async def get(url: str, *, accept: str = "") -> Page:
        return Page(url, url, bodies[int(url.rpartition("/")[2]) % len(bodies)], "text/html; charset=utf-8")

    async with Workers(1):
        words = 0
        for number in numbers:
            with suppress(LinkError):  # a fixture so short that it is no article is read all the same
                words += word_count((await read(f"https://example.org/{number}", get)).markdown)
    return words


def timed(work: Callable[[], int], runs: int) -> tuple[float, int]:
    """The median seconds of `work`, and what it gave."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        given = work()
        times.append(time.perf_counter() - began)
    return statistics.median(times), given


def main() -> None:
    """Print the table."""
    from distributed import LocalCluster

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    parcels = [range(n, min(n + PARCEL, options.pages)) for n in range(0, options.pages, PARCEL)]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {options.runs}\n")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        cluster.get_client() as client,
    ):
        executor = client.get_executor(pure=False)
        list(executor.map(read_parcel, [range(4), range(4)]))
        away, words = timed(lambda: sum(executor.map(read_parcel, parcels)), options.runs)
    alone, same = timed(lambda: read_parcel(range(options.pages)), options.runs)
    assert words == same
    print("| pages | one worker | two Dask workers | faster |\n|---|---|---|---|")
    print(f"| {options.pages:,} | {alone:.1f} s | {away:.1f} s | {alone / away:.2f} |")


if __name__ == "__main__":
    main()
