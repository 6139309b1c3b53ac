"""Every command that the documents show: its options are there, and it runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import llm_server
import pytest
import website
from llm_server import cards_from
from workspaces import Workspace

from flashgen.cli import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
_COMMAND = re.compile(r"(?:[A-Z_]+=\S+\s+)*(?:\S*/)?flashgen\s+(\w.*)")
"""A command, with variables set for it or not."""

NEEDS = ("--llm", "--dask", "--batch", "--compare", "--sync-server", "batch", "push", "feedback", "review")
"""Commands and options that need models, Anki, other servers: their options are checked here, and
`test_examples_served` runs them."""


@dataclass(frozen=True)
class Example:
    """One command in one document."""

    where: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where} {' '.join(self.words)}"


def examples() -> Iterator[Example]:
    """The commands in the indented and fenced blocks of all documents, each once a document."""
    seen = set()
    for path in DOCUMENTS:
        fenced = False
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fenced ^= line.startswith("```")
            if not (fenced or line.startswith("    ")):
                continue
            for words in commands(line.strip()):
                if (path, words) not in seen:
                    seen.add((path, words))
                    yield Example(f"{path.name}:{number}", words)


def commands(line: str) -> Iterator[tuple[str, ...]]:
    """The words behind each `flashgen` of a shell line, also of one by the clock (`0 3 * * *  cd … && …`)."""
    for part in re.split(r"&&|;|>>|\"", line.split(" #")[0]):
        if found := _COMMAND.match(part.strip()):
            yield tuple(shlex.split(found[1]))


ALL = list(examples())


def test_the_documents_have_examples() -> None:
    """The search finds what a reader sees."""
    shown = {example.words[0] for example in ALL}
    assert {"init", "build", "refresh", "review", "stats", "push", "feedback", "try", "prompts"} <= shown
    assert ("refresh", "--quiet", "--max-cost", "0.50") in {example.words for example in ALL}


@pytest.mark.parametrize("example", ALL, ids=str)
def test_an_example_can_be_typed(example: Example, tmp_path: Path) -> None:
    """The command and each of its options are there and take what they are given."""
    command: click.Command = main
    words = list(example.words)
    context = click.Context(main, info_name="flashgen")
    while isinstance(command, click.Group) and words and (found := command.get_command(context, words[0])):
        command, words = found, words[1:]
    assert command is not main, f"there is no command {words[0]}"
    (tmp_path / "FILE").write_text("")
    with Workspace(tmp_path).inside():
        command.make_context(" ".join(example.words), words, parent=context, resilient_parsing=False)


RUN = [example for example in ALL if not any(word in NEEDS for word in example.words)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, str]]:
    """A built workspace with the lists that the examples name, a page to read, and a model."""
    root = tmp_path_factory.mktemp("examples")
    with website.serving() as site, llm_server.serving(lambda n, body: cards_from(body)) as llm:
        part = (
            "The cache number {0} keeps exactly 4{0} copies of each item. " + "Words that say nothing of weight. " * 15
        )
        sections = [text for n in range(3) for text in (f"## Part {n}", part.format(n))]
        page = site.put("/page", "Caches", *sections)
        made = Workspace(root, llm)
        made.write("flashgen.toml", "wayback = false\n[fetch]\nallow_private = true\n[anki]\ncollection = 'off'\n")
        for name in ("first", "quickstart", "system-design"):
            made.reading_list(f"# Caches\n\n- {page}?list={name}\n", name)
        made.write("FILE", '{"question": "What does a cache keep?", "answer": "Copies."}\n')
        assert made.run("build", "first", "--quiet").exit_code == 0
        yield made, page


@pytest.mark.parametrize("words", sorted({example.words for example in RUN}), ids=" ".join)
def test_an_example_runs(words: tuple[str, ...], built: tuple[Workspace, str], tmp_path: Path) -> None:
    """What can be run without Anki and a model of one's own ends well, with `URL` a real page."""
    made, page = built
    root = shutil.copytree(made.root, tmp_path / "workspace")
    known = {"URL": page, "FILE": str(root / "FILE")}
    result = Workspace(root, made.llm).run(*(known.get(word, word) for word in words))
    assert result.exit_code == 0, result.output


def test_the_shell_completes_commands() -> None:
    """click's completion knows the commands, as docs/getting-started.md sets it up."""
    script = Path(sys.executable).with_name("flashgen")
    command = (
        [str(script)]
        if script.exists()
        else [sys.executable, "-c", "from flashgen.cli import main; main(prog_name='flashgen')"]
    )
    asked = {"_FLASHGEN_COMPLETE": "bash_complete", "COMP_WORDS": "flashgen rev", "COMP_CWORD": "1"}
    env = {**os.environ, "PYTHONPATH": str(ROOT), **asked}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "review" in done.stdout
