"""Choosing sentences and the beginnings of questions, and finding faults of small models: all without a model."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.choosing import Fact, facts
from flashgen.drafting.beginnings import beginning
from flashgen.drafting.narrow import loose
from flashgen.drafting.scrutiny import fault
from flashgen.prompts import Prompts
from flashgen.prose import Sentence, sentences
from flashgen.restating import restated
from flashgen.standalone import stands_alone
from flashgen.types import Draft, Passage
from flashgen.vocabulary import guess

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case.get("text", case.get("question"))) for case in _read(name)]


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", cases("standalone"))
def test_a_sentence_must_stand_alone(case: dict[str, Any]) -> None:
    """What leans on neighbours, on the text, its author or its reader is no fact for a card."""
    assert stands_alone(case["text"]) is case["alone"]


@pytest.mark.parametrize("case", cases("beginnings"))
def test_the_beginning_of_a_question_is_read_off_the_sentence(case: dict[str, Any]) -> None:
    """A condition, a reason, a definition, and who does what are seen in the words; else nothing is said."""
    assert beginning(case["text"], case.get("seen", "")) == case["begins"]


@pytest.mark.parametrize("case", cases("faults"))
def test_the_faults_of_small_models_are_known(case: dict[str, Any]) -> None:
    """Each fault is found and named; a good card has none."""
    language = guess(case["fact"])
    passage = Passage(case["fact"], (case.get("heading", ""),), language=language, source_language=language)
    fact = Fact(Sentence(case["fact"], 0), case.get("heading", ""), 5.0)
    told = Prompts().render("sentence", topic="", fact="", language=language, begins="")[0].content
    found = fault(Draft(case["question"], case["answer"], case["fact"]), fact, passage, told, [])
    assert case["fault"] in found
    assert bool(found) is bool(case["fault"])


@pytest.mark.parametrize("case", cases("restated"))
def test_a_sentence_is_turned_into_question_and_answer_by_its_grammar(case: dict[str, Any]) -> None:
    """Definitions, relations, reasons, conditions; nothing comes of a sentence that praises, leans or tells a story."""
    found = restated(case["text"], case.get("seen", ""), case.get("about", ""))
    assert (found.question if found else "", found.answer if found else "") == (
        case.get("question", ""),
        case.get("answer", ""),
    )


@pytest.mark.parametrize("case", cases("loose"))
def test_a_loose_card_of_a_small_model_is_known(case: dict[str, Any]) -> None:
    """Each kind of looseness is found and named; a narrow card has none."""
    language = guess(case["fact"])
    heading = case.get("heading", "")
    passage = Passage(case["fact"], (heading,), language=language, source_language=language)
    fact = Fact(Sentence(case["fact"], 0, heading), heading, 5.0)
    found = loose(Draft(case["question"], case["answer"], case["fact"]), fact, passage)
    assert case["loose"] in found
    assert bool(found) is bool(case["loose"])


def test_a_card_that_repeats_another_is_a_fault() -> None:
    """The same question, or nearly the same card in other words, is rejected."""
    fact = Fact(Sentence("A cache keeps copies of data close to its readers.", 0), "Caches", 5.0)
    passage = Passage(fact.text, ("Caches",), language="en", source_language="en")
    first = Draft("What does a cache keep?", "Copies of data close to its readers")
    again = Draft("What does a cache keep close to readers?", "Copies of data")
    assert "says again" in fault(again, fact, passage, "", [first])


TEXT = """Some words before any heading, which are of no use.

## Caches

A cache is a small store that keeps copies of data close to its readers. It is fast.

```python
cache = {"a fact": "that stands in code is not prose and is no fact at all."}
```

- **Eviction**: An eviction policy decides which entry of the cache must go.
- short item

| a table | holds no sentences that a card could quote from it. |
|---|---|

![A picture of a cache that has a long caption, which is no sentence.](x.png)

## Why queues help

A queue lets the sender go on before the receiver is done, because it holds messages.
A queue allows a sender to go on before its receiver is done, as it holds the messages.
"""


def test_sentences_come_from_prose_and_know_their_heading() -> None:
    """Code, tables and pictures give none; a label in front of a sentence is its heading."""
    found = sentences(TEXT)
    assert [(one.heading, one.text.split(" ")[0], one.is_item) for one in found] == [
        ("", "Some", False),
        ("Caches", "A", False),
        ("Caches", "It", False),
        ("Eviction", "An", True),
        ("Caches", "short", True),
        ("Why queues help", "A", False),
        ("Why queues help", "A", False),
    ]


def test_facts_are_ordered_by_worth_and_say_nothing_twice() -> None:
    """Reasons and definitions come first, and what says the same again is left out."""
    found = facts(Passage(TEXT, ("Building blocks",), language="en", source_language="en"))
    assert [fact.text.split(" ")[1] for fact in found] == ["cache", "queue", "eviction"]
    assert [fact.score for fact in found] == sorted((fact.score for fact in found), reverse=True)


def test_the_topic_is_a_heading_that_says_something() -> None:
    """A generic heading, or one that is half a question and lures a small model, gives way to the next one up."""
    text = "## Overview\n\nA cache is a small store that keeps copies of data close to its readers."
    passage = Passage(text, ("Databases", "Why caches work"), ("Software",), "How to be fast", source_language="en")
    (fact,) = facts(passage)
    assert fact.topic == "Databases"
