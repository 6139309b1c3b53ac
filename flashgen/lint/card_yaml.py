"""Our own card files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from flashgen.lint.card import LintCard
from flashgen.store import card_file
from flashgen.types import Draft, Passage, Status


def read(path: Path) -> Sequence[LintCard]:
    """The cards with the line each begins on. Raises FileError."""
    return list(_cards(card_file.read(path)))


def _cards(file: card_file.CardFile) -> Iterator[LintCard]:
    for number, item in enumerate(file.items):
        card = file.card(number)
        yield LintCard(
            item.start_mark.line + 1,
            Draft(card.question, card.answer, card.quote, card.kind, card.importance),
            Passage(path=card.section, topic=file.topic, url=card.source),
            quoted=bool(card.quote),
            live=card.status in (Status.ACTIVE, Status.DRAFT),
        )
