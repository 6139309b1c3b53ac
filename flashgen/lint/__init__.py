"""The gates over the cards of any file: our YAML, JSON lines, tables of text, Anki packages.

The cards of one file are compared with each other too; nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flashgen.duplicates import Index, Rules, Vectors
from flashgen.errors import FileError
from flashgen.gates import Level, heard, judge
from flashgen.lint import apkg, card_yaml, json_lines, table
from flashgen.lint.card import LintCard, LintRow
from flashgen.types import Finding, Verdict

__all__ = ["LintCard", "LintRow", "lint", "read_cards"]

_READERS: Mapping[str, Callable[[Path], Sequence[LintCard]]] = {
    ".yaml": card_yaml.read,
    ".yml": card_yaml.read,
    ".jsonl": json_lines.read,
    ".ndjson": json_lines.read,
    ".json": json_lines.read_document,
    ".csv": table.read,
    ".tsv": table.read,
    ".txt": table.read,
    ".apkg": apkg.read,
    ".colpkg": apkg.read,
}


def read_cards(path: Path) -> list[LintCard]:
    """The cards of a file, told apart by its ending. Raises FileError, with the line where that is known."""
    reader = _READERS.get(path.suffix.casefold())
    if reader is None:
        raise FileError(path, f"not a file of cards; known are {', '.join(_READERS)}")
    return list(reader(path))


def lint(path: Path, levels: Mapping[str, Level], *, vectors: Vectors | None = None) -> list[LintRow]:
    """What the gates say of every card in a file, in its order.

    A card that says the same as one before it has a finding `duplicate`. Raises FileError and SettingsError.
    """
    index = Index(Rules(vectors))
    lines: dict[str, int] = {}
    rows = []
    for number, card in enumerate(read_cards(path)):
        judged = judge(card.draft, card.passage, levels if card.quoted else {**levels, "quote": "off"})
        findings = judged.findings
        draft = judged.draft
        if card.live and draft.question and levels.get("duplicate") != "off":
            findings += _duplicates(index, lines, draft.question, draft.answer, levels.get("duplicate"))
            index.add(str(number), draft.question, draft.answer, card.passage.language)
            lines[str(number)] = card.line
        rows.append(LintRow(card.line, findings, draft, heard(draft, card.passage)))
    return rows


def _duplicates(
    index: Index, lines: Mapping[str, int], question: str, answer: str, level: Level | None
) -> tuple[Finding, ...]:
    near = index.near(question, answer)
    if not near:
        return ()
    first = lines[near[0].key]
    how = "the same, word for word, as" if near[0].exact else "nearly the same as"
    return (Finding("duplicate", Verdict(level or Verdict.WARN), f"says {how} the card of line {first}"),)
