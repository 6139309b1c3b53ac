"""The same articles with the same scripted model, through flashgen and through tools that do the like.

    python tests/bench/peers.py --articles-to-anki PYTHON --ankirai PYTHON [--articles 60] [--latency 1.0] [--runs 5]

PYTHON is the interpreter of an environment in which that tool is installed (`pip install articles-to-anki==1.1.1`,
`pip install ankirai==0.0.4 'pydantic-ai<2'`); one that isn't given or doesn't run is said to be missing. All three get
a model that answers after a fixed latency, with a card for each sentence that it is shown, in the form that each of
them asks for. flashgen and articles-to-anki fetch the articles; ankirai reads files, and gets the text itself. Each is
run as a person would run it: flashgen with its 8 questions at once; the others ask one after the other, and know no
other way. Medians of the wall time; calls, characters sent and answered cards are the same in every run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import llm_server
import website
from articles import Pages, page

SECTIONS = 5
CALLS = {"OPENAI_API_KEY": "none", "NO_PROXY": "127.0.0.1", "ANKIRAI_PROVIDER": "openai"}
Run = Callable[[Path, int, website.Site, str], list[str]]
"""Lay out a folder for so many articles of a site and a model's address; the command to run in it."""


@dataclass(frozen=True)
class Measured:
    """What one run took: seconds, calls of the model, characters of its questions, and cards in the answers."""

    seconds: float
    calls: int
    sent: int
    cards: int


def answer(body: Mapping[str, Any]) -> llm_server.Answer:
    """A card for each sentence, as the one who asks wants it: by our schema, by a tool call, or as lines of text."""
    if "<passage>" in body["messages"][-1]["content"]:
        return llm_server.cards_from(body)
    text = str(body["messages"][-1]["content"]).rpartition("Article Content:")[2]
    sentences = [s.strip() for s in re.findall(r"[^.\n]{40,}\.", text)]
    if not body.get("tools"):
        lines = [f"Which word ends it: {s[:20]}?;{s.split()[-1]}" for s in sentences]
        return llm_server.says("\n".join(["CLOZE", "BASIC", *lines]))
    cards = [
        {"front": f"Which word ends it: {s[:20]}?", "back": s.split()[-1], "tags": [], "is_cloze": False}
        for s in sentences
    ]
    called = {"name": body["tools"][0]["function"]["name"], "arguments": json.dumps({"cards": cards})}
    message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": called}],
    }
    document = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
    }
    return llm_server.Answer(json.dumps(document).encode())


def flashgen(words_per_call: int) -> Run:
    def lay_out(folder: Path, articles: int, site: website.Site, model: str) -> list[str]:
        home = folder / "decks" / "bench"
        home.mkdir(parents=True)
        lines = [f"- [{n}]({site.url}/{n})" for n in range(articles)]
        (home / "reading-list.md").write_text("# Bench\n\n" + "\n".join(lines) + "\n")
        (folder / "flashgen.toml").write_text(f'words_per_call = {words_per_call}\n[anki]\ncollection = "off"\n')
        return [sys.executable, "-m", "flashgen", "build", "--allow-private", "--llm", model]

    return lay_out


def articles_to_anki(python: str) -> Run:
    def lay_out(folder: Path, articles: int, site: website.Site, model: str) -> list[str]:
        (folder / "articles").mkdir()
        (folder / "articles" / "urls.txt").write_text("".join(f"{site.url}/{n}\n" for n in range(articles)))
        return [str(Path(python).with_name("articles-to-anki")), "--to-file", "--overwrite"]

    return lay_out


def ankirai(python: str) -> Run:
    def lay_out(folder: Path, articles: int, site: website.Site, model: str) -> list[str]:
        texts = folder / "texts"
        texts.mkdir()
        for n in range(articles):
            text = "\n\n".join((f"# Article /{n}", *page(random.Random(f"/{n}"), SECTIONS)))
            (texts / f"{n}.md").write_text(text)
        return [str(Path(python).with_name("ankirai")), "generate", "texts", "--no-vision", "-o", "bench.apkg"]

    return lay_out


def measured(run: Run, articles: int, latency: float) -> Measured | str:
    """One run from nothing; where it fails, the last that it said."""

    def script(number: int, body: Mapping[str, Any]) -> llm_server.Answer:
        made = answer(body)
        cards.append(made.body.count(b"Which word ends it"))
        return replace(made, wait=latency)

    cards: list[int] = []
    with website.serving() as site, llm_server.serving(script) as llm, tempfile.TemporaryDirectory() as name:
        site.pages = Pages(SECTIONS)
        folder = Path(name)
        command = run(folder, articles, site, llm.url)
        env = {**os.environ, **CALLS, "HOME": name, "OPENAI_BASE_URL": llm.url}
        began = time.perf_counter()
        try:
            done = subprocess.run(
                command, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL
            )
        except OSError as error:
            return str(error)
        seconds = time.perf_counter() - began
        if done.returncode or not llm.asked:
            return (done.stderr or done.stdout).strip().splitlines()[-1]
        sent = sum(len(str(message["content"])) for body in llm.asked for message in body["messages"])
        return Measured(seconds, len(llm.asked), sent, sum(cards))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles-to-anki", metavar="PYTHON", default="")
    parser.add_argument("--ankirai", metavar="PYTHON", default="")
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = ""
    contenders: dict[str, Run | None] = {
        "flashgen": flashgen(0),
        "flashgen, words_per_call = 900": flashgen(900),
        "articles-to-anki": articles_to_anki(options.articles_to_anki) if options.articles_to_anki else None,
        "ankirai": ankirai(options.ankirai) if options.ankirai else None,
    }
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {options.runs}; ", end="")
    print(f"{options.articles} articles of {SECTIONS} sections, model at {options.latency:g} s a call\n")
    print("| tool | seconds | to flashgen | calls | characters sent | cards answered |\n|---|---|---|---|---|---|")
    base = 0.0
    for name, run in contenders.items():
        found = (
            [measured(run, options.articles, options.latency) for _ in range(options.runs)] if run else ["not given"]
        )
        if failed := [one for one in found if isinstance(one, str)]:
            print(f"| {name} | missing: {failed[0]} |")
            continue
        runs = [one for one in found if isinstance(one, Measured)]
        seconds, one = statistics.median(each.seconds for each in runs), runs[0]
        base = base or seconds
        row = f"{seconds:.1f} | {seconds / base:.2f} | {one.calls} | {one.sent:,} | {one.cards:,}"
        print(f"| {name} | {row} |", flush=True)


if __name__ == "__main__":
    main()
