"""Every gate against its table of cases, and how `judge` puts them together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.errors import SettingsError
from flashgen.gates import gates, judge
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

CASES = Path(__file__).parent / "cases" / "gates"
GATES = {gate.name: gate for gate in gates()}


def cases() -> Iterator[Any]:
    """The cases of all tables: the gate's name, the language, and the case as a mapping."""
    for path in sorted(CASES.glob("*.yaml")):
        table = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
        for language in ("en", "ru", "other"):
            for number, case in enumerate(table.get(language, ()), 1):
                given = case if isinstance(case, dict) else dict(zip(("v", "q", "a"), case, strict=True))
                text = table.get("passages", {}).get(given.get("passage", ""), given.get("passage", ""))
                yield pytest.param(
                    table["gate"], language, {**given, "passage": text}, id=f"{table['gate']}-{language}-{number}"
                )


def finding(gate: str, language: str, case: dict[str, str]) -> Finding | None:
    """What one gate says of a case. Cards of the tables are in the language of their part."""
    spoken = case.get("language", "" if language == "other" else language)
    draft = Draft(case["q"], case.get("a", ""), case.get("quote", ""), Kind(case.get("kind", "basic")))
    passage = Passage(
        text=case["passage"],
        title=case.get("title", ""),
        path=tuple(filter(None, [case.get("heading", "")])),
        language=spoken,
        source_language=case.get("source_language", spoken),
    )
    return GATES[gate].judge(draft, passage)


@pytest.mark.parametrize(("gate", "language", "case"), cases())
def test_case(gate: str, language: str, case: dict[str, str]) -> None:
    """The gate says of the case what its table says."""
    found = finding(gate, language, case)
    assert (found.verdict if found else "pass") == case["v"], found
    assert found is None or (found.gate == gate and found.reason)
