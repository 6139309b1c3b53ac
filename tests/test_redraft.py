"""`flashgen redraft` and `flashgen try --compare`: other prompts and other models, old and new beside each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import llm_server
import pytest
import yaml
from llm_server import ModelServer
from workspaces import Workspace

from flashgen.app.comparison import Side, side
from flashgen.errors import UsageError
from flashgen.redrafting import Text, matched

FACTS = (
    "A write-behind cache answers first and writes to the store later, which loses recent writes when it dies.",
    "A bounded queue makes its producer wait when it is full, and this waiting is what people call backpressure.",
    "An index speeds up reading but slows down writing, because every insert has to change all indexes as well.",
)
ARTICLE = "# Systems\n\n" + " ".join(FACTS) + "\n"
ASKED = {
    "one": (
        ("What does a write-behind cache lose when it dies?", "Recent writes", FACTS[0]),
        ("What is it called when a full queue makes its producer wait?", "Backpressure", FACTS[1]),
    ),
    "other": (
        ("Which data is gone after a write-behind cache crashed?", "Recent writes", FACTS[0]),
        ("Why does an index slow down writing?", "Every insert has to change all indexes", FACTS[2]),
    ),
}


def answer(number: int, body: Mapping[str, Any]) -> llm_server.Answer:
    """The cards of "other" for the model of that name, or for a prompt that says so; else those of "one"."""
    other = body["model"] == "other" or "Ask otherwise." in body["messages"][0]["content"]
    cards = [
        {"kind": "basic", "question": question, "answer": said, "quote": quote, "importance": 3}
        for question, said, quote in ASKED["other" if other else "one"]
    ]
    return llm_server.says(json.dumps({"cards": cards}))


@pytest.fixture
def llm() -> Iterator[ModelServer]:
    with llm_server.serving(answer) as running:
        yield running


@pytest.fixture
def built(tmp_path: Path, llm: ModelServer) -> Workspace:
    """A list of one file, built with the first model."""
    workspace = Workspace(tmp_path, llm)
    workspace.write("decks/demo/article.md", ARTICLE)
    workspace.reading_list("# Systems\n\n## Basics\n\n[Systems](article.md)\n")
    workspace.build()
    return workspace


def questions(workspace: Workspace, status: str = "active") -> dict[str, str]:
    return {card["question"]: card["id"] for card in workspace.cards() if card["status"] == status}


def redraft(workspace: Workspace, *args: str) -> dict[str, Any]:
    result = workspace.run("redraft", *args, "--json")
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


# --- redraft ----------------------------------------------------------------------------------------


def test_ids_stay_where_the_sentence_is_quoted_again(built: Workspace) -> None:
    """The new wording goes on under the id of the card whose sentence it quotes; a new one is added; a card that
    nothing takes the place of stays."""
    before = questions(built)
    redraft(built, "Basics", "--model", "other", "--yes")
    after = questions(built)
    assert after[ASKED["other"][0][0]] == before[ASKED["one"][0][0]]
    assert after[ASKED["one"][1][0]] == before[ASKED["one"][1][0]]
    assert ASKED["other"][1][0] in after
    assert len(after) == 3


def test_replace_retires_what_nothing_takes_the_place_of(built: Workspace) -> None:
    """With --replace, a card that no new one quotes the sentence of is retired, not deleted."""
    redraft(built, "decks/demo/article.md", "--model", "other", "--yes", "--replace")
    assert questions(built, "retired").keys() == {ASKED["one"][1][0]}


def test_nothing_changes_without_a_yes(built: Workspace) -> None:
    """Without a terminal and without --yes, old and new are shown and the files stay as they are; what it cost is
    remembered, and the same question is not paid for again."""
    (path,) = (built.root / "decks/demo/cards").glob("*.yaml")
    before = path.read_bytes()
    shown = built.run("redraft", "Basics", "--model", "other")
    assert shown.exit_code == 0
    assert "Nothing was changed" in shown.stdout
    for question, _, _ in (ASKED["one"][0], ASKED["other"][0], ASKED["other"][1]):
        assert all(word in shown.stdout for word in question.split())
    assert path.read_bytes() == before
    assert any("other" in key for key in built.ledger()["spend"])
    result = redraft(built, "Basics", "--model", "other")
    assert (result["llm"]["calls"], result["llm"]["cached"]) == (0, 1)
    assert [link["changed"] for link in result["links"]] == [False]


def test_the_persons_words_stay(built: Workspace) -> None:
    """A card that was edited keeps its words; the new wording waits beside it, also with --replace."""
    (path,) = (built.root / "decks/demo/cards").glob("*.yaml")
    text = path.read_text(encoding="utf-8")
    for n, (question, _, _) in enumerate(ASKED["one"]):
        text = text.replace(question, f"My own question, number {n}?")
    path.write_text(text, encoding="utf-8")
    result = redraft(built, "Basics", "--model", "other", "--yes", "--replace")
    cards = {card["question"]: card for card in built.cards()}
    assert cards["My own question, number 0?"]["proposal"]["question"] == ASKED["other"][0][0]
    assert cards["My own question, number 1?"]["status"] == "active"
    assert result["links"][0]["cards"][0]["old"]["yours"] == ["question"]


def test_the_same_prompt_and_model_change_nothing(built: Workspace, llm: ModelServer) -> None:
    """What is known is not asked again, and no card changes, not even one that was edited since."""
    (path,) = (built.root / "decks/demo/cards").glob("*.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace(ASKED["one"][0][0], "My own?"), encoding="utf-8")
    before, calls = path.read_bytes(), len(llm.asked)
    assert redraft(built, "Basics", "--yes")["links"][0]["changed"] is False
    assert path.read_bytes() == before
    assert len(llm.asked) == calls


def test_a_changed_prompt_drafts_nothing_by_itself(built: Workspace, llm: ModelServer) -> None:
    """The ledger decides what is drafted: a build after an edit of a prompt asks nobody; redraft does."""
    built.run("prompts", "--copy", "draft")
    prompt = built.root / "prompts" / "draft.md"
    prompt.write_text(prompt.read_text(encoding="utf-8").replace("=== user", "Ask otherwise.\n=== user", 1))
    calls = len(llm.asked)
    built.build()
    assert len(llm.asked) == calls
    redraft(built, "Basics", "--yes")
    assert ASKED["other"][0][0] in questions(built)


def test_batch_jobs_are_for_builds(built: Workspace, llm: ModelServer) -> None:
    """Who redrafts or tries waits for the answer: with batch = true it is asked at once all the same."""
    built.write("flashgen.toml", "batch = true\n")
    redraft(built, "Basics", "--model", "other", "--yes")
    assert ASKED["other"][0][0] in questions(built)


def test_dry_run_asks_no_model(built: Workspace, llm: ModelServer) -> None:
    """--dry-run tells what it would cost, and asks and changes nothing."""
    calls = len(llm.asked)
    result = redraft(built, "Basics", "--model", "other", "--dry-run", "--yes")
    assert result["llm"]["calls"] == 1
    assert result["llm"]["prompt_tokens"] > 500
    assert len(llm.asked) == calls
    assert ASKED["one"][0][0] in questions(built)


def test_a_page_that_changed_is_refreshed_first(built: Workspace) -> None:
    """Redrafting another text would leave cards whose sentences are gone: it says to refresh first."""
    built.write("decks/demo/article.md", ARTICLE.replace("bounded", "limited"))
    result = redraft(built, "Basics", "--model", "other", "--yes")
    assert "run flashgen refresh first" in result["problems"][0]["reason"]
    assert ASKED["one"][0][0] in questions(built)


@pytest.mark.parametrize("target", ["Nothing", "https://nowhere.example/a"])
def test_a_target_that_means_nothing(built: Workspace, target: str) -> None:
    """Neither a link nor a topic: one sentence says so, with status 2."""
    result = built.run("redraft", target)
    assert result.exit_code == 2
    assert "is neither a link nor a topic of a list" in result.stderr


def test_deleted_cards_stay_away(built: Workspace) -> None:
    """A card that the person deleted doesn't come back with another wording."""
    (path,) = (built.root / "decks/demo/cards").glob("*.yaml")
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["cards"] = document["cards"][1:]
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    redraft(built, "Basics", "--model", "other", "--yes")
    assert ASKED["other"][0][0] not in questions(built)


def test_cards_are_matched_by_their_sentences() -> None:
    """Word for word, or nearly; of two for one sentence the one with the likest question; never without a quote."""
    old = [Text("What does a cache lose?", "Writes", FACTS[0]), Text("Q", "A", FACTS[1]), Text("Q", "A", "")]
    new = [
        Text("Unlike?", "Other", FACTS[0]),
        Text("What does a cache lose then?", "Writes", FACTS[0].removesuffix(".")),
        Text("Q", "A", FACTS[1].replace("bounded queue", "limited queue")),
        Text("Q", "A", ""),
    ]
    assert matched(old, new) == {0: 1, 1: 2}


# --- try --compare ----------------------------------------------------------------------------------


def test_two_models_beside_each_other(built: Workspace) -> None:
    """Cards of one sentence stand in one row, the others alone, with what each side cost; no card is stored."""
    before = questions(built)
    result = built.run("try", "--compare", "scripted", "other", "decks/demo/article.md", "--json")
    found = json.loads(result.stdout)
    assert [side["name"] for side in found["sides"]] == ["scripted", "other"]
    assert found["pairs"] == [[0, 0], [1, None], [None, 1]]
    assert [side["llm"]["calls"] + side["llm"]["cached"] for side in found["sides"]] == [1, 1]
    assert questions(built) == before


@pytest.mark.parametrize(("columns", "beside"), [("120", True), ("60", False)])
def test_columns_fit_the_terminal(built: Workspace, columns: str, beside: bool) -> None:
    """In a wide terminal side by side, in a narrow one under each other; no line is longer than it."""
    shown = built.run("try", "--compare", "scripted", "other", "decks/demo/article.md", env={"COLUMNS": columns}).stdout
    assert all(len(line.rstrip()) <= int(columns) for line in shown.splitlines() if "tokens" not in line)
    assert ("[other]" in shown) is not beside
    assert any("lose when" in line and "is gone" in line for line in shown.splitlines()) is beside


def test_a_template_file_stands_in_for_the_prompt_of_its_name(built: Workspace) -> None:
    """A file or a folder is tried against the package's prompts; the workspace stays as it is."""
    text = (Path(__file__).parents[1] / "prompts" / "draft.md").read_text(encoding="utf-8")
    built.write("mine/draft.md", text.replace("=== user", "Ask otherwise.\n=== user", 1))
    for mine in ("mine/draft.md", "mine"):
        result = built.run("try", "--compare", "default", mine, "decks/demo/article.md", "--json")
        first = [side["cards"][0]["question"] for side in json.loads(result.stdout)["sides"]]
        assert first == [ASKED["one"][0][0], ASKED["other"][0][0]]
    built.write("mine/own.md", text)
    wrong = built.run("try", "--compare", "default", "mine/own.md", "decks/demo/article.md")
    assert wrong.exit_code == 1
    assert "stands for no prompt" in wrong.stderr


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("workspace", Side("workspace")),
        ("default", Side("default", defaults=True)),
        ("gpt-5-mini", Side("gpt-5-mini", model="gpt-5-mini")),
        ("org/model:free", Side("org/model:free", model="org/model:free")),
        ("local", Side("local", llm="local")),
        ("local#small.gguf", Side("local#small.gguf", llm="local", model="small.gguf")),
        ("openai#gpt-5", Side("openai#gpt-5", llm="openai", model="gpt-5")),
        ("http://h:1/v1", Side("http://h:1/v1", llm="http://h:1/v1")),
        ("http://h:1/v1#m", Side("http://h:1/v1#m", llm="http://h:1/v1", model="m")),
    ],
)
def test_what_a_side_means(tmp_path: Path, name: str, meant: Side) -> None:
    """Prompts in use, the package's, a folder, a file, or a model of the --llm in use or of another."""
    assert side(name, tmp_path) == meant


@pytest.mark.parametrize("name", ["nix.md", "./nix", "nix/"])
def test_a_side_that_isnt_there(tmp_path: Path, name: str) -> None:
    """What looks like a file or a folder has to be there."""
    with pytest.raises(UsageError, match="no such file or folder"):
        side(name, tmp_path)
