"""What a question is about, said in front of it where its own words don't."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.cues import parted
from flashgen.definitions import is_definition
from flashgen.drafting.cue import asking, cued, without_cue
from flashgen.drafting.sentence import by_sentence, revising_by_sentence
from flashgen.gates import judge
from flashgen.prompts import Prompts
from flashgen.types import Card, Draft, Passage, Prompt, Reply, Verdict

CASES = Path(__file__).parent / "cases" / "cues.yaml"
TEXT = "A truss is a frame of bars that carries load by tension and compression alone."
PASSAGE = Passage(TEXT, title="Bridges for the Impatient: A Field Guide", language="en", source_language="en")


class Model:
    """Says the same of every title, and keeps what it was asked."""

    def __init__(self, said: str) -> None:
        self.said = said
        self.prompts: list[Prompt] = []
        self.spoilt: list[Prompt] = []

    async def __call__(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        return Reply(self.said)


def about(model: Model, passage: Passage = PASSAGE) -> str:
    return asyncio.run(asked(model, passage))


async def asked(model: Model, passage: Passage) -> str:
    return await asking(model, Prompts(), model.spoilt.append)(passage)


def subject(name: str) -> str:
    return json.dumps({"subject": name})


@pytest.mark.parametrize("case", yaml.safe_load(CASES.read_text(encoding="utf-8")))
def test_a_question_gets_what_it_does_not_say(case: dict[str, Any]) -> None:
    """The subject, and for events and reasons the heading, each only where it is missing and short."""
    language = case.get("language", "en")
    passage = Passage(path=tuple(case.get("path", ())), title=case.get("title", ""), language=language)
    draft = Draft(case["question"], "An answer")
    found = cued(draft, case.get("subject", ""), case.get("heading", ""), passage)
    assert found.question == case.get("cued", case["question"])
    assert without_cue(found) == draft


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bridges", "Bridges"),
        ("4.2. Moving bridges", "Moving bridges"),
        ("Chapter 3. Truss bridges", "Truss bridges"),
        ("somebody/bridges", "bridges"),
    ],
)
def test_a_title_that_is_a_name_is_the_subject(title: str, name: str) -> None:
    """No model is asked about it; its number is left out."""
    model = Model("")
    assert about(model, replace(PASSAGE, title=title)) == name
    assert model.prompts == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Bridges", "Bridges"),
        ("Bridges guide", "Bridges"),
        ("Truss bridges (frames)", "Truss bridges"),
        ("Cathedrals", ""),
        ("Field guide", "Field"),
        ("The bridges", ""),
        ("Your bridges", ""),
        ("Bridges, trusses and loads", ""),
        ("bridges for the impatient reader of frames of bars", ""),
    ],
)
def test_what_a_model_says_of_a_title_counts_where_the_text_has_its_words(said: str, name: str) -> None:
    """Words for kinds of text are left out; what neither title nor text says, and what is no name, is not believed."""
    model = Model(subject(said))
    assert about(model) == name
    assert "Title: Bridges for the Impatient: A Field Guide" in model.prompts[0].messages[-1].content


def test_a_title_is_asked_about_once() -> None:
    """However many passages its article has."""
    model = Model(subject("Bridges"))

    async def twice() -> list[str]:
        about = asking(model, Prompts())
        return [await about(PASSAGE), await about(replace(PASSAGE, text="Bridges and piers."))]

    assert asyncio.run(twice()) == ["Bridges", "Bridges"]
    assert len(model.prompts) == 1


@pytest.mark.parametrize("said", ["Bridges!", "[]", '{"name": "Bridges"}'])
def test_a_reply_of_no_use_is_spoilt_and_the_persons_heading_counts(said: str) -> None:
    """The next run asks again; a heading whose words the article doesn't have is no subject of it."""
    model = Model(said)
    assert about(model, replace(PASSAGE, topic=("Building", "Steel bridges"))) == "Steel bridges"
    assert model.spoilt == model.prompts
    assert about(model, replace(PASSAGE, topic=("My evenings",))) == ""


def test_a_card_is_made_with_its_cue() -> None:
    """Told by grammar, its question gets the subject in front, and goes through the gates once more."""

    async def draft() -> list[str]:
        model = Model(subject("Bridges"))
        drafter = by_sentence(model, Prompts(), judge, about=asking(model, Prompts()))
        drafted = await drafter(PASSAGE, 1)
        return [one.draft.question for one in drafted.judged if one.verdict is Verdict.PASS]

    assert asyncio.run(draft()) == ["Bridges: what is a truss?"]


def test_a_cue_that_the_gates_do_not_like_is_left_out() -> None:
    """The card stays as it was."""

    async def unheard_of(passage: Passage) -> str:
        return "NASA 1969"

    async def draft() -> list[str]:
        drafted = await by_sentence(Model(""), Prompts(), judge, about=unheard_of)(PASSAGE, 1)
        return [one.draft.question for one in drafted.judged]

    assert asyncio.run(draft()) == ["What is a truss?"]


def test_a_reworded_sentence_keeps_its_cards_question_with_its_cue() -> None:
    """The old question is known by what follows its cue."""
    old = Card("a", "Bridges: what is a truss?", "A frame", "A truss is a frame of rods that carries load.", "x.md")

    async def revise() -> str:
        model = Model(subject("Bridges"))
        reviser = revising_by_sentence(model, Prompts(), judge, about=asking(model, Prompts()))
        judged = (await reviser(PASSAGE, [old], 1)).reworded["a"]
        return judged.draft.question if judged else ""

    assert asyncio.run(revise()) == "Bridges: what is a truss?"


def test_a_cue_does_not_hide_a_definition() -> None:
    """Definitions come first in a deck, also with a cue; a colon inside of a question is no cue."""
    assert is_definition(Card("a", "Bridges: what is a truss?", "A frame", "", "x.md"))
    assert parted("What does `std::move` do?") == ("", "What does `std::move` do?")
    assert parted("Ratio 3:2 is which interval?") == ("", "Ratio 3:2 is which interval?")
