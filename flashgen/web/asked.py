"""Requests taken apart: what a person filters by, and what they decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from flashgen.app.review import Decision
from flashgen.desk.queue import STATES, Filter
from flashgen.errors import UsageError
from flashgen.judging import Wording

_LONGEST = 20_000
"""Characters of a text; no card needs more."""
_SLOWEST = 3_600_000


def wanted(request: Request | str) -> Filter:
    """The filter of an address, or of its query string. What it can't mean is left out."""
    given = dict(parse_qsl(request) if isinstance(request, str) else request.query_params)
    state = given.get("state", "judge")
    return Filter(
        state=state if state in STATES else "judge",
        topic=_topic(given.get("topic", "")),
        gate=given.get("gate", ""),
        text=given.get("text", "").strip(),
        source=given.get("source", ""),
    )


def query(asked: Filter) -> str:
    """The query string of a filter."""
    pairs = {
        "state": asked.state if asked.state != "judge" else "",
        "topic": "" if asked.topic is None else json.dumps(asked.topic, ensure_ascii=False),
        "gate": asked.gate,
        "text": asked.text,
        "source": asked.source,
    }
    return urlencode({name: value for name, value in pairs.items() if value})


def decision(asked: Mapping[str, Any]) -> Decision:
    """A decision. Raises UsageError where something of it is missing."""
    try:
        other = asked.get("other") or {}
        return Decision(
            action=str(asked["action"]),
            list_name=str(asked["list"]),
            card_id=str(asked["id"]),
            version=str(asked["version"]),
            texts=wording(asked) if "question" in asked else None,
            reason=str(asked.get("reason", ""))[:_LONGEST],
            parts=tuple(map(wording, asked.get("parts", ()))),
            other=(str(other.get("list", "")), str(other.get("id", ""))),
            milliseconds=min(_SLOWEST, max(0, int(asked.get("milliseconds", 0)))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"this is no decision: {error}") from None


def wording(asked: Mapping[str, Any]) -> Wording:
    """The texts that a person typed, line ends as files have them."""
    names = ("question", "answer", "quote")
    question, answer, quote = (str(asked.get(name, ""))[:_LONGEST].replace("\r\n", "\n").strip() for name in names)
    return Wording(question, answer, " ".join(quote.split()))


async def told(request: Request) -> dict[str, Any]:
    """The JSON object that a page sent. Raises UsageError."""
    try:
        sent = await request.json()
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise UsageError("a JSON object was expected")
    return sent


def _topic(text: str) -> tuple[str, ...] | None:
    try:
        levels = json.loads(text) if text else None
    except ValueError:
        return None
    return tuple(map(str, levels)) if isinstance(levels, list) else None
