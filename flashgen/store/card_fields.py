"""A card as the fields of a YAML mapping, and back."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import yaml

from flashgen.store import clock_text
from flashgen.store.atomic import encode
from flashgen.store.yaml_text import Bare, Data
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict

ORDER = (
    "id", "kind", "question", "answer", "extra", "quote", "source", "section", "anchor", "status", "tags", "importance",
    "created", "changed", "made", "reviewed", "proposal", "findings",
)  # fmt: skip
"""The fields in the order in which they are written."""

ALWAYS = frozenset({"id", "kind", "question", "answer", "status"})
"""Fields that are written even when they are empty or say nothing new."""

_CLOZE = re.compile(r"\{\{c\d+::")
_T = TypeVar("_T")


class BadField(Exception):
    """A field holds what it can't: `node` is where, the text says why."""

    def __init__(self, node: yaml.Node, why: str) -> None:
        super().__init__(why)
        self.node = node


# --- writing ------------------------------------------------------------------------------------


def fields(card: Card) -> dict[str, Data]:
    """The fields of `card`, in order, without those that would only repeat a default."""
    data: dict[str, Data] = {
        "id": card.id,
        "kind": str(card.kind),
        "question": card.question,
        "answer": card.answer,
        "extra": card.extra,
        "quote": card.quote,
        "source": card.source,
        "section": card.section,
        "anchor": card.anchor,
        "status": str(card.status),
        "tags": card.tags,
        "importance": Bare(card.importance) if card.importance != 3 else "",
        "created": Bare(clock_text.to_text(card.created)),
        "changed": Bare(clock_text.to_text(card.changed)),
        "made": dict(card.made),
        "reviewed": card.reviewed,
        "proposal": _proposal_data(card.proposal) if card.proposal else "",
        "findings": tuple(_finding_data(finding) for finding in card.findings),
    }
    return {name: value for name, value in data.items() if value or name in ALWAYS}


def clean(card: Card) -> Card:
    """`card` without lone surrogates, which no file can hold: U+FFFD stands for them."""
    return card if "\\ud" not in ascii(card) else typing.cast(Card, _clean(card))


def _clean(value: Any) -> Any:
    """`value` with every text in it cleaned, inside values and containers too."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in dataclasses.fields(value)]
        return dataclasses.replace(value, **{name: _clean(getattr(value, name)) for name in names})
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if isinstance(value, Mapping):
        return {_clean(key): _clean(each) for key, each in value.items()}
    return encode(value).decode() if type(value) is str else value


def _proposal_data(proposal: Proposal) -> dict[str, Data]:
    data = {"question": proposal.question, "answer": proposal.answer, "quote": proposal.quote}
    return {**data, "reason": proposal.reason} if proposal.reason else dict(data)


def _finding_data(finding: Finding) -> dict[str, Data]:
    return {"gate": finding.gate, "verdict": str(finding.verdict), "reason": finding.reason}


# --- reading ------------------------------------------------------------------------------------


def card(node: yaml.Node) -> Card:
    """The card that a YAML mapping holds; its id is '' if it has none yet. Unknown keys are left alone.

    Raises BadField.
    """
    if not isinstance(node, yaml.MappingNode):
        raise BadField(node, "a card is a mapping with question: and answer:, but this is something else")
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name in found:
            raise BadField(key, f"{name}: stands twice in this card; keep one of them")
        if reader := _READERS.get(name):
            found[name] = reader(value)
    if "question" not in found:
        raise BadField(node, "this card has no question:")
    if "kind" not in found and _CLOZE.search(found["question"]):
        found["kind"] = Kind.CLOZE
    return Card(**{"id": "", "answer": "", "quote": "", "source": ""} | found)


def scalar(node: yaml.Node, name: str) -> str:
    """One text of a card's mapping, '' if there is none: for looking a card up without reading all of it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name and isinstance(value, yaml.ScalarNode):
                return str(value.value)
    return ""


def text(node: yaml.Node) -> str:
    """The string that a node holds. Raises BadField for a list or a mapping."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    raise BadField(node, "a text belongs here; one that begins with a bracket or brace or has ': ' in it needs quotes")


def texts(node: yaml.Node) -> tuple[str, ...]:
    """The strings of a list; a lone string is a list of one, an empty one of none. Raises BadField."""
    if isinstance(node, yaml.SequenceNode):
        return tuple(map(text, node.value))
    lone = text(node)
    return (lone,) if lone else ()


def _tags(node: yaml.Node) -> tuple[str, ...]:
    """Tags as a list, or as people write them: in one line with commas or spaces."""
    if isinstance(node, yaml.SequenceNode):
        return tuple(map(text, node.value))
    return tuple(re.split(r"[,\s]+", text(node).strip(", \n"))) if text(node).strip() else ()


def _one_of(values: Sequence[_T], what: str) -> Callable[[yaml.Node], _T]:
    by_name = {str(value): value for value in values}

    def read(node: yaml.Node) -> _T:
        name = text(node)
        if name in by_name:
            return by_name[name]
        if name.strip().lower() in by_name:
            return by_name[name.strip().lower()]
        raise BadField(node, f"{what} is {name!r}; it can be {', '.join(by_name)}")

    return read


def _time(node: yaml.Node) -> int:
    written = text(node)
    try:
        return clock_text.from_text(written)
    except (ValueError, OverflowError):
        raise BadField(node, f"{written!r} is not a time; write it like 2026-11-23T06:45:00Z") from None


def _importance(node: yaml.Node) -> int:
    written = text(node)
    if written in ("1", "2", "3", "4", "5"):
        return int(written)
    raise BadField(node, f"importance is {written!r}; it can be 1, 2, 3, 4 or 5")


def _mapping(node: yaml.Node) -> dict[str, str]:
    if isinstance(node, yaml.MappingNode):
        return {text(key): text(value) for key, value in node.value}
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return {}
    raise BadField(node, "names with a value each belong here, as in {question: …}")


def _proposal(node: yaml.Node) -> Proposal | None:
    data = _mapping(node)
    known = {name: data.get(name, "") for name in ("question", "answer", "quote", "reason")}
    return Proposal(**known) if data else None


def _findings(node: yaml.Node) -> tuple[Finding, ...]:
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise BadField(node, "findings is a list, with gate, verdict and reason in each item")
    return tuple(map(_finding, node.value))


def _finding(node: yaml.Node) -> Finding:
    data = _mapping(node)
    verdict = data.get("verdict", "warn")
    if verdict not in _VERDICTS:
        raise BadField(node, f"verdict is {verdict!r}; it can be {', '.join(_VERDICTS)}")
    return Finding(data.get("gate", ""), _VERDICTS[verdict], data.get("reason", ""))


_VERDICTS = {str(verdict): verdict for verdict in Verdict}
_READERS: Mapping[str, Callable[[yaml.Node], Any]] = {
    "id": text,
    "kind": _one_of(tuple(Kind), "kind"),
    "question": text,
    "answer": text,
    "extra": text,
    "quote": text,
    "source": text,
    "section": texts,
    "anchor": text,
    "status": _one_of(tuple(Status), "status"),
    "tags": _tags,
    "importance": _importance,
    "created": _time,
    "changed": _time,
    "made": _mapping,
    "reviewed": text,
    "proposal": _proposal,
    "findings": _findings,
}
