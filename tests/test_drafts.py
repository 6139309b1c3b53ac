"""What is read from a model's reply."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.drafts import DRAFT_SCHEMA, REVISION_SCHEMA, Action, Decision, parse_drafts, parse_revision
from flashgen.errors import BadReply
from flashgen.types import Draft

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "replies.yaml").read_text(encoding="utf-8"))
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Co", "Cn"]), max_size=20)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_reply_gives_its_drafts_or_its_fault(case: Mapping[str, Any]) -> None:
    """What can be understood is read, whatever it is wrapped in; what can't be is named."""
    if "fault" in case:
        with pytest.raises(BadReply, match=case["fault"]):
            parse_drafts(case["text"])
    else:
        read = [[d.question, d.answer, str(d.kind), d.importance] for d in parse_drafts(case["text"])]
        assert read == case["drafts"]


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.integers(1, 5)), max_size=4), st.sampled_from(["", "talk", "fence"]))
def test_wrapping_changes_nothing(cards: list[tuple[str, str, str, int]], wrapped: str) -> None:
    """The same JSON gives the same drafts, alone, in a fence or in talk."""
    text = json.dumps(
        {"cards": [{"kind": "basic", "question": q, "answer": a, "quote": s, "importance": n} for q, a, s, n in cards]}
    )
    around = {"": "%s", "talk": "Of course: %s Enjoy.", "fence": "```json\n%s\n```"}[wrapped]
    assert parse_drafts(around % text) == [Draft(q, a, s, importance=n) for q, a, s, n in cards]


@given(st.text() | st.text('{}[]",:cards0 \n`', max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is either drafts or a BadReply."""
    for read in (parse_drafts, parse_revision):
        with contextlib.suppress(BadReply):
            read(text)


def test_deep_nesting_is_a_bad_reply() -> None:
    """A reply nested a hundred thousand deep is refused like any other that can't be read."""
    with pytest.raises(BadReply):
        parse_drafts('{"cards": ' + "[" * 100_000)


def test_a_revision_has_decisions_and_drafts() -> None:
    """Decisions are read beside new cards; one with an unknown action is left out."""
    text = json.dumps(
        {
            "decisions": [
                {"id": "a", "action": "Revise", "question": "Q?", "answer": "A", "quote": "S."},
                {"id": "b", "action": "burn", "question": "", "answer": "", "quote": ""},
                {"id": "c", "action": "retire"},
            ],
            "cards": [{"question": "N?", "answer": "M", "quote": "T.", "importance": 2}],
        }
    )
    decisions, drafts = parse_revision(text)
    assert decisions == [Decision("a", Action.REVISE, "Q?", "A", "S."), Decision("c", Action.RETIRE)]
    assert drafts == [Draft("N?", "M", "T.", importance=2)]


def test_a_revision_without_decisions_is_a_bad_reply() -> None:
    """Silence about the existing cards is no word on them."""
    with pytest.raises(BadReply, match='no "decisions"'):
        parse_revision('{"cards": []}')


@pytest.mark.parametrize("schema", [DRAFT_SCHEMA, REVISION_SCHEMA])
def test_schemas_are_strict(schema: Mapping[str, Any]) -> None:
    """Every object of a schema requires all its fields and allows no other, as structured outputs ask for."""
    objects = [part for part in _parts(schema) if part.get("type") == "object"]
    assert len(objects) >= 2
    for part in objects:
        assert part["required"] == list(part["properties"])
        assert part["additionalProperties"] is False


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for value in schema.values():
        if isinstance(value, dict):
            yield from _parts(value)
