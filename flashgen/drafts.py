"""What the model is asked to write and how its replies are read: JSON schemas, drafts, decisions.

Servers differ: some keep to the schema, some wrap the JSON in talk (`reply_json` finds it), some leave fields out.
Whatever can be understood is; judging a draft is the gates' work. What can't be is a BadReply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flashgen.errors import BadReply
from flashgen.reply_json import document, items
from flashgen.types import Draft, Kind


class Action(StrEnum):
    """What the model wants done with an existing card."""

    KEEP = "keep"
    REVISE = "revise"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Decision:
    """The model's word on one existing card; `question`, `answer` and `quote` are as they should read from now on."""

    id: str
    action: Action
    question: str = ""
    answer: str = ""
    quote: str = ""


class Remedy(StrEnum):
    """What the model wants done with a card that reviews showed to be bad."""

    REWORK = "rework"
    SPLIT = "split"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Mending:
    """The model's word on such a card: what to do, what was wrong, and the cards in its place."""

    remedy: Remedy
    reason: str = ""
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class SecondReading:
    """The model's word on a draft whose answer it was not told: its own answer from the quote alone, and whether it
    would rather have the weak or the fair example."""

    answer: str
    loses_to_weak: bool = False
    loses_to_fair: bool = False


def _record(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """A strict object: every field required, no other allowed."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_TEXT = {"type": "string"}
_CARD = _record(
    kind={"type": "string", "enum": [str(kind) for kind in Kind]},
    question=_TEXT,
    answer=_TEXT,
    quote=_TEXT,
    importance={"type": "integer", "enum": [1, 2, 3, 4, 5]},
)
_DECISION = _record(
    id=_TEXT,
    action={"type": "string", "enum": [str(action) for action in Action]},
    question=_TEXT,
    answer=_TEXT,
    quote=_TEXT,
)

_IDEA = _record(idea=_TEXT, section={"type": "integer"}, importance={"type": "integer", "enum": [1, 2, 3, 4, 5]})

DRAFT_SCHEMA: Mapping[str, Any] = _record(cards=_list(_CARD))
REVISION_SCHEMA: Mapping[str, Any] = _record(decisions=_list(_DECISION), cards=_list(_CARD))
SELECTION_SCHEMA: Mapping[str, Any] = _record(ideas=_list(_IDEA))
_CHOICE = {"type": "string", "enum": ["card", "example"]}
CRITIQUE_SCHEMA: Mapping[str, Any] = _record(
    verdicts=_list(_record(n={"type": "integer"}, answer=_TEXT, against_weak=_CHOICE, against_fair=_CHOICE))
)

MENDING_SCHEMA: Mapping[str, Any] = _record(
    action={"type": "string", "enum": [str(remedy) for remedy in Remedy]}, reason=_TEXT, cards=_list(_CARD)
)


def parse_drafts(text: str) -> list[Draft]:
    """The drafts of a reply, in its order. Raises BadReply."""
    return [_draft(item) for item in items(document(text, "cards"), "cards")]


def parse_revision(text: str) -> tuple[list[Decision], list[Draft]]:
    """The decisions and the new drafts of a reply to a revision; decisions with an unknown action are left out.

    Raises BadReply.
    """
    reply = document(text, "decisions")
    decided = [_decision(item) for item in items(reply, "decisions")]
    drafts = [_draft(item) for item in items(reply, "cards")] if reply.get("cards") else []
    return [decision for decision in decided if decision], drafts


def parse_mending(text: str) -> Mending:
    """The model's word on a bad card. Where it names no action, its number of cards tells. Raises BadReply."""
    reply = document(text, "cards")
    drafts = tuple(_draft(item) for item in items(reply, "cards"))
    action = str(reply.get("action", "")).strip().casefold()
    if action not in set(Remedy) and not drafts:
        raise BadReply("it names neither an action nor a card")
    remedy = Remedy(action) if action in set(Remedy) else Remedy.REWORK
    if remedy is not Remedy.RETIRE and not drafts:
        raise BadReply(f'it says "{remedy}" and gives no card')
    return Mending(remedy, _text(reply.get("reason")), drafts)


def parse_selection(text: str) -> list[tuple[str, int, int]]:
    """The ideas of a reply in its order, each with the number of its section and its importance. Raises BadReply."""
    return [
        (_text(item.get("idea")), _number(item.get("section")), _importance(item.get("importance")))
        for item in items(document(text, "ideas"), "ideas")
    ]


def parse_critique(text: str) -> dict[int, SecondReading]:
    """What a second reading says of each draft, by its number. Raises BadReply where it says nothing of any."""
    found = {
        _number(item.get("n")): SecondReading(
            _text(item.get("answer")),
            loses_to_weak=_text(item.get("against_weak")).casefold() == "example",
            loses_to_fair=_text(item.get("against_fair")).casefold() == "example",
        )
        for item in items(document(text, "verdicts"), "verdicts")
    }
    if not found:
        raise BadReply("it has no verdict on any card")
    return found


# --- fields -------------------------------------------------------------------------------------

_IMPORTANCE = {"low": 2, "minor": 2, "medium": 3, "normal": 3, "high": 4, "critical": 5}
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control codes, marks that turn the direction of writing, halves of characters: nothing that a card may hold."""


def _draft(item: Mapping[str, Any]) -> Draft:
    kind = str(item.get("kind", "")).strip().casefold()
    return Draft(
        question=_text(item.get("question")),
        answer=_text(item.get("answer")),
        quote=_text(item.get("quote")),
        kind=Kind(kind) if kind in set(Kind) else Kind.BASIC,
        importance=_importance(item.get("importance")),
    )


def _decision(item: Mapping[str, Any]) -> Decision | None:
    action = str(item.get("action", "")).strip().casefold()
    if action not in set(Action):
        return None
    texts = {name: _text(item.get(name)) for name in ("question", "answer", "quote")}
    return Decision(_text(item.get("id")), Action(action), **texts)


def _text(value: Any) -> str:
    """A field as text: numbers as written, lists joined by commas, nothing as ''."""
    if isinstance(value, str):
        return _UNSAYABLE.sub("", value.replace("\r\n", "\n")).strip()
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, dict) else _text(json.dumps(value))


def _number(value: Any) -> int:
    """A whole number, also where it is written as text; 0 for what is none."""
    found = re.search(r"\d{1,6}", str(value))
    return int(found.group()) if found and not isinstance(value, bool) else 0


def _importance(value: Any) -> int:
    if isinstance(value, str):
        found = re.search(r"\d+", value)
        value = int(found.group()[:4]) if found else _IMPORTANCE.get(value.strip().casefold(), 3)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 3
    return int(max(1, min(5, value)))
