"""The scripted model of whole-run tests: cards from sentences, and a card whose sentence was reworded is revised."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import llm_server
from llm_server import Answer, says


def shared(one: str, other: str) -> float:
    """Share of the words of both sentences that stand in each."""
    a, b = set(one.lower().split()), set(other.lower().split())
    return len(a & b) / len(a | b)


def scripted(number: int, body: Mapping[str, Any]) -> Answer:
    """Cards from sentences; a card whose sentence was reworded is revised, one whose sentence is gone retired."""
    text = body["messages"][-1]["content"]
    fresh = json.loads(json.loads(llm_server.cards_from(body).body)["choices"][0]["message"]["content"])["cards"]
    known = re.search(r"<cards>(.*?)</cards>", text, re.S)
    if not known:
        return says(json.dumps({"cards": fresh}))
    decisions, used = [], set()
    for card in json.loads(known[1]):
        near = max(fresh, key=lambda one: shared(one["quote"], card["quote"]), default=None)
        likeness = shared(near["quote"], card["quote"]) if near else 0.0
        action = "keep" if likeness == 1 else "revise" if likeness >= 0.5 else "retire"
        used.add(near["quote"] if near and likeness >= 0.5 else "")
        decisions.append({**card, **(near or {}), "id": card["id"], "action": action})
    return says(json.dumps({"decisions": decisions, "cards": [c for c in fresh if c["quote"] not in used]}))
