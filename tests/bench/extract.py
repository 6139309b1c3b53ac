"""Compare readers of web pages: text, structure and speed, in one run over pages with reference text.

    python tests/bench/extract.py [--corpus DIR] [--only NAME …] [--limit N] [--json FILE]

Pages: those of tests/pages/ (`NAME.html` beside `NAME.md`, the Markdown a careful person would write down), and with
--corpus a folder with an `index.jsonl` whose rows have `url`, `file`, `charset`, `class`, `origin` and `expected` (a
file with the page's main text). Every reader gets the same decoded HTML.

F1 is that of the words (letters and digits, folded; each CJK character is a word) of the text that a Markdown parser
shows, as a bag, against the reference's; each page counts once. Structure is the share of the reference's parts that
the reader's Markdown still has, over all parts of all pages: code blocks (fenced with the same letters; exactly the
same lines), their languages, headings, list items, table rows, images and links by address, formulas as TeX. For a page
of our own the reference's parts are those of its Markdown. For a page of the corpus they are those of the region of the
page that stands in the reference text; `reference.of_region` says how that is found. Pages a second are by CPU time,
one core, all readers taking turns page by page.

Rows of the corpus fall into two halves by a hash of their address. flashgen's rules were made on `even`; of `odd` the
scores were watched and the markup of five pages that scored badly was looked at, so believe it a little less than new
pages. `own pages` are fixtures whose reference was written from flashgen's own, corrected output: they don't count.

Not in pyproject.toml, for this script only: readability-lxml, markdownify, article-extractor, newspaper4k, resiliparse,
rs-trafilatura (a wheel for CPython 3.12). Those that aren't installed are left out and named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from readers import READERS, Read, installed
from reference import of_region
from structure import KINDS, Parts, kept, of_markdown

PAGES = Path(__file__).resolve().parents[1] / "pages"
GROUPS = ("own pages", "all", "even", "odd")
_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯]|[^\W_]+")


@dataclass
class Case:
    """One page with its reference."""

    url: str
    html: str
    text: str
    parts: Parts
    groups: tuple[str, ...]


@dataclass
class Score:
    """What one reader got over some pages."""

    pages: int = 0
    f1: float = 0.0
    precision: float = 0.0
    recall: float = 0.0
    kept: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)


def own_pages() -> Iterable[Case]:
    """The pages of tests/pages/ with their reference Markdown. They don't count in "all"."""
    for path in sorted(PAGES.glob("*.html")):
        reference = path.with_suffix(".md")
        if reference.exists():
            url = f"https://{path.stem}.example/articles/{path.stem}"
            text, parts = of_markdown(reference.read_text("utf-8"), url)
            yield Case(url, path.read_text("utf-8"), text, parts, ("own pages",))


def corpus_pages(folder: Path) -> Iterable[Case]:
    """The rows of a corpus that have a reference text."""
    seen = set()
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row.get("expected") or row["file"] in seen:
            continue
        seen.add(row["file"])
        html = (folder / row["file"]).read_bytes().decode(row.get("charset") or "utf-8", "replace")
        text = (folder / row["expected"]).read_text("utf-8")
        half = "even" if hashlib.sha256(row["url"].encode()).digest()[0] % 2 == 0 else "odd"
        groups = ("all", half, origin(row), f"{origin(row)}, {half}")
        yield Case(row["url"], html, text, of_region(html, text, row["url"]), groups)


def origin(row: dict[str, str]) -> str:
    """Where a row's page and reference come from: a benchmark's name, else the row's class."""
    known = {"WCXB": "wcxb", "article-extraction-benchmark": "aeb", "mozilla/readability": "readability"}
    return next((name for mark, name in known.items() if mark in row["origin"]), row["class"])


def words(text: str) -> Counter[str]:
    """The bag of words of `text`."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def overlap(result: str, reference: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the words."""
    have, want = words(result), words(reference)
    common = (have & want).total()
    if not common:
        return (0.0, 0.0, 0.0) if want or have else (1.0, 1.0, 1.0)
    precision, recall = common / have.total(), common / want.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def run(
    cases: list[Case], readers: dict[str, Read]
) -> tuple[dict[str, dict[str, Score]], dict[str, float], list[dict[str, object]]]:
    """Scores by reader and group, CPU seconds by reader, and one record a page and reader."""
    scores: dict[str, dict[str, Score]] = {name: defaultdict(Score) for name in readers}
    seconds = dict.fromkeys(readers, 0.0)
    records: list[dict[str, object]] = []
    for read in readers.values():
        read(cases[0].html, cases[0].url)
    for number, case in enumerate(cases):
        print(f"\r{number + 1}/{len(cases)}", end="", file=sys.stderr, flush=True)
        for name, read in readers.items():
            start = time.process_time()
            try:
                markdown = read(case.html, case.url)
            except Exception as error:
                print(f"\n{name}: {case.url}: {error!r}"[:200], file=sys.stderr)
                markdown = ""
            spent = time.process_time() - start
            seconds[name] += spent
            text, parts = of_markdown(markdown, case.url)
            found = overlap(text, case.text)
            shares = kept(case.parts, parts)
            for group in case.groups:
                add(scores[name][group], found, shares)
            record: dict[str, object] = {"reader": name, "url": case.url, "groups": case.groups, "ms": 1000 * spent}
            records.append(record | dict(zip(("precision", "recall", "f1"), found, strict=True)) | {"kept": shares})
    print(file=sys.stderr)
    return scores, seconds, records


def add(score: Score, found: tuple[float, float, float], shares: dict[str, tuple[float, int]]) -> None:
    """Count one page."""
    score.pages += 1
    score.precision += found[0]
    score.recall += found[1]
    score.f1 += found[2]
    for kind, (have, of) in shares.items():
        score.kept[kind] += int(have)
        score.of[kind] += of


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def report(scores: dict[str, dict[str, Score]], seconds: dict[str, float]) -> None:
    """Print the tables: F1 by group, structure by group, speed."""
    first = next(iter(scores.values()))
    groups = sorted(first, key=lambda name: (", " in name, GROUPS.index(name) if name in GROUPS else 9, name))
    print("F1 of the words\n")
    head = ["reader", *(f"{group} ({first[group].pages})" for group in groups)]
    print(table(head, [[name, *(f"{by[g].f1 / by[g].pages:.3f}" for g in groups)] for name, by in scores.items()]))
    for group in [g for g in groups if ", " not in g]:
        print(f"Structure kept: {group}\n")
        kinds = [kind for kind in KINDS if first[group].of[kind]]
        head = ["reader", *(f"{kind} ({first[group].of[kind]})" for kind in kinds), "precision", "recall"]
        rows = []
        for name, by in scores.items():
            score = by[group]
            shares = [f"{score.kept[kind] / score.of[kind]:.2f}" for kind in kinds]
            rows.append([name, *shares, f"{score.precision / score.pages:.3f}", f"{score.recall / score.pages:.3f}"])
        print(table(head, rows))
    print("Speed\n")
    pages = sum(first[name].pages for name in ("all", "own pages") if name in first)
    base = seconds.get("trafilatura Markdown", 0.0)
    rows = [[name, f"{pages / spent:.1f}", f"{base / spent:.2f}"] for name, spent in seconds.items()]
    print(table(["reader", "pages/s", "of trafilatura Markdown"], rows))


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="folder with index.jsonl, pages and reference texts")
    parser.add_argument("--only", nargs="*", default=[], help="readers to run (by the start of their name)")
    parser.add_argument("--group", default="", help="only pages of this group")
    parser.add_argument("--limit", type=int, default=0, help="only so many pages")
    parser.add_argument("--json", type=Path, help="write one record for each page and reader")
    given = parser.parse_args()
    cases = [*own_pages(), *(corpus_pages(given.corpus) if given.corpus else ())]
    cases = [case for case in cases if not given.group or given.group in case.groups][: given.limit or None]
    chosen = [reader for reader in READERS if not given.only or reader.name.startswith(tuple(given.only))]
    readers, notes = installed(chosen)
    print("\n".join(notes), file=sys.stderr)
    scores, seconds, records = run(cases, readers)
    report(scores, seconds)
    if given.json:
        given.json.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")


if __name__ == "__main__":
    main()
