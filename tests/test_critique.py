"""Critique: drafts read a second time, from their quotes alone and against labelled examples."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import llm_server
import pytest
from workspaces import Workspace

from flashgen.drafting import Drafted, Revised
from flashgen.drafting.critique import criticised, criticised_revision, criticising, critique_prompt, verdict_on
from flashgen.drafts import SecondReading, parse_critique
from flashgen.errors import BadReply, CallFailed, Deferred, ModelError, OverBudget
from flashgen.prompts import Prompts
from flashgen.types import Card, Draft, Finding, Judged, Kind, Passage, Prompt, Reply, Verdict

QUOTE = "A write-behind cache answers first and writes to the store later."
GOOD = Draft("When does a write-behind cache write to the store?", "After it has answered", QUOTE)
CLOZE = Draft("A write-behind cache {{c1::answers::does what?}} first.", "", QUOTE, Kind.CLOZE)
REJECTED = Judged(Draft("Is it fast?", "Yes", QUOTE), (Finding("yes-no", Verdict.REJECT, "yes or no"),))
PASSAGE = Passage(QUOTE, title="Caches", language="en")


class Model:
    """A model that says one thing after another, the last for ever, and keeps the prompts."""

    def __init__(self, *said: str | Exception) -> None:
        self.said = list(said)
        self.prompts: list[Prompt] = []

    async def __call__(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        step = self.said.pop(0) if len(self.said) > 1 else self.said[0]
        if isinstance(step, Exception):
            raise step
        return Reply(step)


def verdict(n: int, answer: str, weak: str = "card", fair: str = "card") -> dict[str, Any]:
    return {"n": n, "answer": answer, "against_weak": weak, "against_fair": fair}


def said(*verdicts: dict[str, Any]) -> str:
    return json.dumps({"verdicts": verdicts})


def read(model: Model, *judged: Judged) -> tuple[Judged, ...]:
    async def run() -> tuple[Judged, ...]:
        return await criticising(model, Prompts())(PASSAGE, judged)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("reading", "verdict"),
    [
        (SecondReading("after it has answered"), None),
        (SecondReading("later, once it answered"), None),
        (SecondReading(""), Verdict.REJECT),
        (SecondReading("N/A."), Verdict.REJECT),
        (SecondReading("нет ответа"), Verdict.REJECT),
        (SecondReading("after it has answered", loses_to_weak=True), Verdict.REJECT),
        (SecondReading("after it has answered", loses_to_fair=True), Verdict.WARN),
        (SecondReading("Every midnight"), Verdict.WARN),
        (None, Verdict.WARN),
    ],
)
def test_what_a_second_reading_means(reading: SecondReading | None, verdict: Verdict | None) -> None:
    """What the quote doesn't answer falls, and what is worse than a card known to decay; a doubt is a warning."""
    finding = verdict_on(GOOD, reading)
    assert (finding and finding.verdict) == verdict
    assert finding is None or finding.gate == "critique"


@pytest.mark.parametrize(
    ("language", "fair", "others"),
    [("ru", "Что делает ограниченная", "What does a bounded"), ("en", "What does a bounded", "Что ")],
)
def test_drafts_are_compared_with_examples_in_their_own_language(language: str, fair: str, others: str) -> None:
    """Russian cards meet Russian pairs, fair, weak and in between; cards of other languages meet English ones."""
    passage = Passage(QUOTE, title="Caches", language=language)
    told = critique_prompt(Prompts(), passage, [GOOD]).messages[0].content
    pairs = told[told.index("The FAIR example") : told.index("A question that says")]
    assert fair in pairs
    assert others not in pairs
    assert pairs.count("against FAIR") >= 3
    assert pairs.count("against WEAK") >= 3


def test_a_cloze_is_answered_by_what_it_hides() -> None:
    """Of a cloze the second reader is asked what is blanked out."""
    assert verdict_on(CLOZE, SecondReading("answers")) is None
    found = verdict_on(CLOZE, SecondReading("crashes"))
    assert found
    assert found.verdict is Verdict.WARN


def test_the_answer_is_kept_back() -> None:
    """The second reader sees questions and quotes of what the gates let through, not their answers; and examples."""
    model = Model(said(verdict(1, "after it has answered"), verdict(2, "answers")))
    found = read(model, Judged(GOOD), REJECTED, Judged(CLOZE))
    assert [one.verdict for one in found] == [Verdict.PASS, Verdict.REJECT, Verdict.PASS]
    (prompt,) = model.prompts
    system, user = (message.content for message in prompt.messages)
    shown = json.loads(user.split("<cards>")[1].split("</cards>")[0])
    assert [card["question"] for card in shown] == [GOOD.question, "A write-behind cache ____ first."]
    assert all(card["quote"] == QUOTE for card in shown)
    assert "After it has answered" not in user
    assert "FAIR" in system
    assert "WEAK" in system


def test_each_verdict_meets_its_card() -> None:
    """Numbers tie verdicts to drafts, whatever their order; rejected drafts are not asked about."""
    model = Model(said(verdict(2, ""), verdict(1, "after it has answered")))
    found = read(model, Judged(GOOD), REJECTED, Judged(CLOZE))
    assert [[finding.gate for finding in one.findings] for one in found] == [[], ["yes-no"], ["critique"]]
    assert found[1] == REJECTED


def test_without_drafts_nobody_is_asked() -> None:
    """Nothing drafted, or all of it rejected: no call."""
    model = Model("")
    assert read(model, REJECTED) == (REJECTED,)
    assert read(model) == ()
    assert model.prompts == []


@pytest.mark.parametrize("trouble", ["no JSON", '{"cards": []}', CallFailed("server down"), OverBudget("too dear")])
def test_a_failed_critique_loses_no_draft(trouble: str | Exception) -> None:
    """What was paid for passes as it is, with a warning that it was read only once."""
    found = read(Model(trouble), Judged(GOOD), REJECTED)
    assert [one.verdict for one in found] == [Verdict.WARN, Verdict.REJECT]
    assert "not read a second time" in found[0].findings[0].reason
    assert found[1] == REJECTED


@pytest.mark.parametrize("error", [Deferred("waits"), ModelError("no model")])
def test_what_comes_later_is_waited_for(error: Exception) -> None:
    """A critique that is put off into a batch job is waited for, as drafts are."""
    with pytest.raises(type(error)):
        read(Model(error), Judged(GOOD))


def test_replies_without_verdicts_are_bad() -> None:
    """An empty list of verdicts is no reading; an odd value is read as no preference."""
    with pytest.raises(BadReply):
        parse_critique('{"verdicts": []}')
    assert parse_critique('{"verdicts": [{"n": "1", "answer": 5}]}') == {1: SecondReading("5")}


def test_only_new_cards_of_a_revision_are_read() -> None:
    """Cards that are there are not put in question by a second reading."""

    async def revise(passage: Passage, cards: Sequence[Card], most: int) -> Revised:
        return Revised({"x": Judged(GOOD)}, (Judged(CLOZE),))

    async def run() -> Revised:
        critic = criticising(Model(said(verdict(1, ""))), Prompts())
        return await criticised_revision(revise, critic)(PASSAGE, (), 3)

    revised = asyncio.run(run())
    assert revised.reworded == {"x": Judged(GOOD)}
    assert [one.verdict for one in revised.judged] == [Verdict.REJECT]


def test_a_plan_counts_second_readings() -> None:
    """A plan drafts nothing; what a second reading of the usual number of drafts costs is counted all the same."""
    model = Model('{"cards": []}')

    async def draft(passage: Passage, most: int) -> Drafted:
        return Drafted()

    async def run() -> Drafted:
        return await criticised(draft, criticising(model, Prompts()), lambda passage, most: 3)(PASSAGE, 3)

    assert asyncio.run(run()) == Drafted()
    assert len(json.loads(model.prompts[0].messages[1].content.split("<cards>")[1].split("</cards>")[0])) == 3


def reading_server(number: int, body: Mapping[str, Any]) -> llm_server.Answer:
    """Drafts honestly; of drafts it says that the first can't be answered."""
    if body["response_format"]["json_schema"]["name"] != "critique":
        return llm_server.cards_from(body)
    shown = json.loads(body["messages"][-1]["content"].split("<cards>")[1].split("</cards>")[0])
    last = {card["n"]: card["quote"].split()[-1] for card in shown}
    return llm_server.says(said(*(verdict(n, "" if n == 1 else word) for n, word in last.items())))


def test_a_build_with_critique(tmp_path: Path) -> None:
    """--critique reads drafts a second time, once; the unanswerable one is kept as rejected with the reason, and what
    it cost is told."""
    text = "A queue holds back its producers when it is full. A cache keeps copies of what is read again and again. "
    with llm_server.serving(reading_server) as llm:
        workspace = Workspace(tmp_path, llm)
        workspace.write("decks/demo/article.md", f"# Parts\n\n{text}\n")
        workspace.reading_list("# Topic\n\n[Parts](article.md)\n")
        planned = workspace.run("build", "--dry-run", "--critique", "--json")
        assert json.loads(planned.stdout)["lists"][0]["llm"]["calls"] == 2
        result = workspace.run("build", "--critique")
        assert "second readings (critique): 100 tokens in, 50 out" in result.stderr
        assert [(card["status"], bool(card.get("findings"))) for card in workspace.cards()] == [
            ("rejected", True),
            ("active", False),
        ]
        assert len(llm.asked) == 2
        workspace.run("build", "--critique")
        assert len(llm.asked) == 2
