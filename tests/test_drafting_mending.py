"""A better card for one that does not work, with scripted models."""

import json
from typing import Any

import pytest
from llm_server import finished

from flashgen.drafting import Drafted
from flashgen.drafting.mending import Mended, mending, mending_by
from flashgen.drafting.prompting import NO_WISHES, Wishes
from flashgen.drafts import Remedy, parse_mending
from flashgen.errors import BadReply, CallFailed
from flashgen.prompts import Prompts
from flashgen.text import fold
from flashgen.types import Card, Draft, Example, Finding, Judged, Kind, Passage, Prompt, Reply, Verdict

PROMPTS = Prompts()
ONE = "A cache keeps copies of data close to their readers."
TWO = "A queue lets senders go on before receivers are done."
PASSAGE = Passage(f"{ONE} {TWO}", ("Basics",), ("System design",), "Caching", "https://x.example/a", "en", "en")
OTHERS = [Card("card000000000002", "What lets senders go on?", "A queue", TWO, "https://x.example/a")]
CARD = Card("card000000000001", "What do caches and queues do?", "Copy and wait", ONE, "https://x.example/a")


def judge(draft: Draft, passage: Passage) -> Judged:
    """Gates in short: a draft whose quote is not in the passage is rejected."""
    if fold(draft.quote) in fold(passage.text):
        return Judged(draft)
    return Judged(draft, (Finding("quote", Verdict.REJECT, "not in the passage"),))


def item(question: str, quote: str, answer: str = "A") -> dict[str, Any]:
    return {"kind": "basic", "question": question, "answer": answer, "quote": quote, "importance": 3}


def reply(action: str, *cards: dict[str, Any], reason: str = "it asks for two things") -> str:
    return json.dumps({"action": action, "reason": reason, "cards": cards})


def mended(*script: str | Exception, wishes: Wishes = NO_WISHES, prompts: list[Prompt] | None = None) -> Mended:
    steps = list(script)

    async def complete(prompt: Prompt) -> Reply:
        (prompts if prompts is not None else []).append(prompt)
        step = steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return Reply(step)

    return finished(mending(complete, PROMPTS, judge, wishes=wishes)(PASSAGE, CARD, ["forgotten 5 times"], OTHERS))


def questions(found: Mended) -> list[str]:
    return [one.draft.question for one in found.cards]


def test_a_card_is_reworded_split_or_retired() -> None:
    """One card, two, or none in its place, with the reason."""
    reworded = mended(reply("rework", item("What does a cache keep?", ONE)))
    assert (reworded.remedy, questions(reworded)) == (Remedy.REWORK, ["What does a cache keep?"])
    assert reworded.reason == "it asks for two things"
    two = mended(reply("split", item("What does a cache keep?", ONE), item("What does a queue let senders do?", TWO)))
    assert (two.remedy, len(two.cards)) == (Remedy.SPLIT, 2)
    gone = mended(reply("retire"))
    assert (gone.remedy, gone.cards, gone.problem) == (Remedy.RETIRE, (), "")


def test_the_gates_judge_what_comes_back() -> None:
    """A half that a gate rejects leaves a rewording, and where none is left, nothing is proposed."""
    half = mended(reply("split", item("What does a cache keep?", ONE), item("Invented?", "Nobody wrote this.")))
    assert (half.remedy, questions(half)) == (Remedy.REWORK, ["What does a cache keep?"])
    none = mended(reply("rework", item("Invented?", "Nobody wrote this.")))
    assert (none.cards, none.again) == ((), False)
    assert none.problem == "what the model proposed is no better: not in the passage"


def test_the_same_card_again_is_no_remedy() -> None:
    """Words for words what the card says already, however it is spelt."""
    same = mended(reply("rework", item("what do caches and queues do?", ONE, "copy and wait")))
    assert same.problem == "the model had nothing better to say"


def test_what_another_card_says_is_no_remedy() -> None:
    """The person has it already."""
    again = item("what lets senders go on?", TWO, "a queue")
    assert mended(reply("rework", again)).problem == "the model had nothing better to say"
    assert questions(mended(reply("split", again, item("What does a cache keep?", ONE)))) == ["What does a cache keep?"]


def test_a_card_keeps_its_kind() -> None:
    """A note in Anki can't change its type: a cloze in the place of a basic card is no remedy, but a second half."""
    cloze = {**item("A queue lets {{c1::senders}} go on before receivers are done.", TWO, ""), "kind": "cloze"}
    assert mended(reply("rework", cloze)).problem == "the model had no better basic card"
    both = mended(reply("split", cloze, item("What does a cache keep?", ONE)))
    assert [one.draft.kind for one in both.cards] == [Kind.BASIC, Kind.CLOZE]


def test_more_than_asked_for_is_cut_to_what_fits() -> None:
    """A model that knows no actions and gives cards for the whole passage: the one on the card's sentence is taken."""
    many = json.dumps({"cards": [item("What does a queue let senders do?", TWO), item("What does a cache keep?", ONE)]})
    found = mended(many)
    assert (found.remedy, questions(found)) == (Remedy.REWORK, ["What does a cache keep?"])


def test_a_reply_that_is_none_is_asked_for_once_more() -> None:
    """With the fault named; after a second one the card may be asked about again at the next run."""
    prompts: list[Prompt] = []
    found = mended("no JSON", reply("retire"), prompts=prompts)
    assert found.remedy is Remedy.RETIRE
    assert "could not be used" in prompts[1].messages[-1].content
    assert mended("no JSON", "still none").again
    assert mended(CallFailed("the server is gone")).problem == "the server is gone"


@pytest.mark.parametrize("text", ['{"cards": []}', '{"action": "rework", "cards": []}', '{"action": "retire"}', "[]"])
def test_replies_that_cant_be_meant(text: str) -> None:
    """An action without its cards, or cards without a list."""
    with pytest.raises(BadReply):
        parse_mending(text)


def test_the_prompt_has_card_problems_and_passage_each_in_its_place() -> None:
    """As data: no text of others closes its place or opens another; the person's own examples are there."""
    prompts: list[Prompt] = []
    wishes = Wishes(focus="numbers", examples=(Example("Bad one?", "Yes.", False, "deleted in Anki"),))
    mended(reply("retire"), wishes=wishes, prompts=prompts)
    system, user = (message.content for message in prompts[0].messages)
    assert "Bad one?" in system
    assert "wants above all: numbers" in user
    assert '"What do caches and queues do?"' in user.split("<card>")[1].split("</card>")[0]
    assert "forgotten 5 times" in user.split("<problems>")[1].split("</problems>")[0]
    assert user.endswith(f"<passage>\n{ONE} {TWO}\n</passage>")
    assert prompts[0].schema_name == "mending"


def test_a_small_model_writes_a_new_card_from_the_sentence() -> None:
    """It can't choose: it is asked for a card, and its draft is the rewording."""

    async def draft(passage: Passage, most: int) -> Drafted:
        rejected = Judged(Draft("Bad?", "B", ONE), (Finding("leak", Verdict.REJECT, "leaks"),))
        return Drafted((rejected, Judged(Draft("What does a cache keep?", "Copies", ONE))))

    found = finished(mending_by(draft)(PASSAGE, CARD, (), ()))
    assert (found.remedy, questions(found)) == (Remedy.REWORK, ["What does a cache keep?"])


def test_a_small_model_that_fails_is_asked_again() -> None:
    """At the next run."""

    async def draft(passage: Passage, most: int) -> Drafted:
        return Drafted(problem="it broke off")

    found = finished(mending_by(draft)(PASSAGE, CARD, (), ()))
    assert (found.problem, found.again) == ("it broke off", True)
