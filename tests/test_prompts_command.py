"""`flashgen prompts`: what is asked, shown as it would be sent, and made one's own."""

from __future__ import annotations

import json
from pathlib import Path

import llm_server
import pytest
from workspaces import Workspace

from flashgen.prompts import DEFAULTS

ARTICLE = """# Caches

## Write-behind

A write-behind cache answers first and writes to the store later, which loses recent writes when it dies.

## Write-through

A write-through cache writes every change to the store before it answers, so that a crash of the cache loses nothing.
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one list, of one file, with wishes."""
    made = Workspace(tmp_path)
    made.write("decks/demo/caches.md", ARTICLE)
    made.write("flashgen.toml", 'avoid = "history"\nstrategy = "passage"\n')
    made.reading_list('# Systems\n\n[Caches](caches.md) <!-- flashgen: focus="trade-offs" -->\n')
    return made


def test_every_template_is_listed_with_its_purpose(workspace: Workspace) -> None:
    """Names, what each is for, and whether it is the package's or the workspace's own; parts come last."""
    workspace.write("prompts/draft.md", "{# My own. Variables: passage. #}\n=== user ===\n{{ passage }}")
    shown = workspace.run("prompts").stdout.splitlines()
    first = {line.split()[0]: line for line in shown if not line.startswith(" ")}
    assert {path.stem for path in DEFAULTS.glob("*.md")} == set(first)
    assert "workspace  My own." in first["draft"]
    assert "package    Names the ideas" in first["select"]
    assert list(first)[-1].startswith("_")
    listed = {one["name"]: one for one in json.loads(workspace.run("prompts", "--json").stdout)}
    assert listed["draft"]["from"] == "workspace"
    assert listed["thread"]["path"].endswith("thread.md")


def test_a_prompt_is_shown_as_it_is_sent(workspace: Workspace) -> None:
    """Topic, wishes, language and all: letter for letter what a build asks."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as llm:
        Workspace(workspace.root, llm).build()
    shown = json.loads(workspace.run("prompts", "decks/demo/caches.md", "--json").stdout)
    sent = [body["messages"] for body in llm.asked]
    assert shown["messages"] in sent
    assert (shown["name"], shown["section"], shown["sections"]) == ("draft", 1, len(sent))
    text = workspace.run("prompts", "decks/demo/caches.md").stdout
    assert "wants above all: trade-offs" in text
    assert "does not want: history" in text
    assert "Topic: Systems" in text


def test_a_small_model_is_asked_in_its_own_way(workspace: Workspace) -> None:
    """Where sentences are asked about one by one, the prompt shown is that of the first of them."""
    workspace.write("flashgen.toml", 'strategy = "sentence"\n')
    shown = json.loads(workspace.run("prompts", "decks/demo/caches.md", "--json").stdout)
    assert shown["name"] == "sentence"
    assert "Topic: Write-through" in shown["messages"][-1]["content"]


def test_what_the_person_taught_is_in_it(workspace: Workspace) -> None:
    """Examples beside the list are in the prompt that is shown, as in the one that is sent."""
    lesson = "- {question: Is it fast?, answer: 'Yes', verdict: bad, reason: says nothing}\n"
    workspace.write("decks/demo/examples.yaml", lesson)
    assert "Is it fast?" in workspace.run("prompts", "decks/demo/caches.md").stdout
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as llm:
        Workspace(workspace.root, llm).run("redraft", "decks/demo/caches.md")
        assert llm.asked == [], "nothing is drafted again that was not built"
        Workspace(workspace.root, llm).run("try", "decks/demo/caches.md")
    assert "Is it fast?" in llm.asked[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("thread", "from a discussion thread"),
        ("revise", '"question": "Which word'),
        ("select", "[section 1]"),
        ("sentence", "Topic: "),
        ("critique", '"question": "Which word'),
    ],
)
def test_any_template_can_be_filled_in(workspace: Workspace, name: str, said: str) -> None:
    """A template by its name, with the cards that the list has of the source."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as llm:
        Workspace(workspace.root, llm).build()
    assert said in workspace.run("prompts", "--show", name, "decks/demo/caches.md").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--show", "daft"), "there is no prompt 'daft'; there are _cards, "),
        (("--show", "daft", "decks/demo/caches.md"), "no such prompt; there are code, "),
        (("--show", "feedback", "decks/demo/caches.md"), "is not asked about a source but about cards"),
        (("decks/demo/caches.md", "--section", "9"), "there is no section 9: the article has 1"),
        (("--copy", "daft"), "no such prompt"),
        (("--copy", "../templates/draft"), "no such prompt"),
    ],
)
def test_a_mistake_gets_a_sentence(workspace: Workspace, args: tuple[str, ...], said: str) -> None:
    """What can't be meant is said in one line, with what can be."""
    result = workspace.run("prompts", *args)
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_copy_is_the_persons(workspace: Workspace) -> None:
    """A copy is the package's text, is used from then on, and is never overwritten."""
    assert "made" in workspace.run("prompts", "--copy", "draft", "--copy", "_examples").stdout
    copy = workspace.root / "prompts" / "draft.md"
    assert copy.read_text(encoding="utf-8") == (DEFAULTS / "draft.md").read_text(encoding="utf-8")
    copy.write_text("=== user ===\nMine: {{ passage }}", encoding="utf-8")
    assert workspace.run("prompts", "decks/demo/caches.md").stdout.startswith("=== user ===\nMine: ")
    again = workspace.run("prompts", "--copy", "draft")
    assert again.exit_code == 1
    assert "is there already and is yours" in again.stderr
    assert copy.read_text(encoding="utf-8").startswith("=== user ===")


def test_a_broken_template_names_file_and_line(workspace: Workspace) -> None:
    """One sentence with the file and the line, from `prompts` as from a build; nothing of the list is lost."""
    workspace.write("prompts/draft.md", "=== user ===\n{{ passage }}\n{% if nonsense %}\n")
    for command in (("prompts", "decks/demo/caches.md"), ("build", "--allow-private")):
        with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as llm:
            result = Workspace(workspace.root, llm).run(*command)
        assert result.exit_code == 1
        assert "draft.md, line 3: " in result.stderr
        assert "Traceback" not in result.stderr
        assert llm.asked == []
