"""What may become a card: each gate looks at one draft and its passage, and objects or is silent.

A gate is a module here with a function `gate`; its name is the module's, with dashes, and the first line of its
docstring says what it objects to. Settings switch a gate off or set its verdict, by name.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from flashgen.errors import SettingsError
from flashgen.gates._clean import clean
from flashgen.gates._prose import LANGUAGES
from flashgen.gates._prose import language as spoken_in
from flashgen.quotes import find
from flashgen.types import Draft, Finding, Judged, Passage, Verdict

Level = Literal["off", "warn", "reject"]
Gate = Callable[[Draft, Passage], Finding | None]

_NONE: Mapping[str, Level] = MappingProxyType({})
_NAMES = ("English", "Russian")
ELSEWHERE = ("duplicate",)
"""Findings that no single draft can have, but that settings may name as well."""

__all__ = ["ELSEWHERE", "LANGUAGES", "Described", "Level", "check", "gates", "heard", "judge", "unheard"]


@dataclass(frozen=True, slots=True)
class Described:
    """One gate: its public name, its function and its line of documentation. With `words` it goes by words that it
    knows in English and Russian only, and is silent, or says less, of a card in another language."""

    name: str
    judge: Gate
    about: str
    words: bool = False


@lru_cache(maxsize=1)
def gates() -> tuple[Described, ...]:
    """Every gate, by name."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            loaded = importlib.import_module(f"{__name__}.{module.name}")
            about = (loaded.__doc__ or "").strip().splitlines()[0]
            words = getattr(loaded, "NEEDS_WORDS", False)
            found.append(Described(module.name.replace("_", "-"), loaded.gate, about, words))
    return tuple(sorted(found, key=lambda gate: gate.name))


def judge(draft: Draft, passage: Passage, levels: Mapping[str, Level] = _NONE) -> Judged:
    """`draft` cleaned, and what the gates say of it.

    Its markup is made harmless, and its quote is replaced by the passage's own words where they differ a little.
    `levels` sets a gate's verdict by name, or switches it off. Raises SettingsError for a name that is none.
    """
    if levels:
        check(levels)
    cleaned = clean(draft)
    if draft.quote and passage.text and (found := find(cleaned.quote, passage.text)):
        cleaned = replace(cleaned, quote=found)
    findings = []
    for gate in gates():
        level = levels.get(gate.name)
        looked_at = draft if gate.name == "markup" else cleaned
        if level != "off" and (finding := gate.judge(looked_at, passage)):
            findings.append(replace(finding, verdict=Verdict(level)) if level else finding)
    return Judged(cleaned, tuple(findings))


def heard(draft: Draft, passage: Passage) -> bool:
    """Whether all gates know the words of the card's language."""
    return bool(spoken_in(draft, passage))


def unheard() -> str:
    """Which gates say less of a card in a language whose words they don't know, in a sentence for a person."""
    names = [gate.name for gate in gates() if gate.words]
    return (
        f"the gates {', '.join(names[:-1])} and {names[-1]} know the words of {' and '.join(_NAMES)} only: "
        "of other languages they check what needs no words"
    )


def check(levels: Mapping[str, Level]) -> None:
    """Raise SettingsError if `levels` names something that is no gate."""
    known = [*ELSEWHERE, *(gate.name for gate in gates())]
    for name in levels:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise SettingsError(f"gates.{name}: there is no gate of this name; {hint}")
