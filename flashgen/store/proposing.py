"""Rewordings laid beside the cards of one file, for the person's yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flashgen.store import atomic, card_file
from flashgen.store.card_plan import Plan, rewritten
from flashgen.types import Proposal


def propose(path: Path, proposals: Mapping[int, Proposal]) -> int:
    """Keep `proposals` with the cards that begin on these lines of the card file at `path`; how many were kept.

    The cards themselves stay to the letter. A card whose proposal waits already keeps that one. Raises FileError; then
    the file is as it was.
    """
    with atomic.exclusive(path.parent):
        file = card_file.read(path)
        wanted = {number: proposals.get(item.start_mark.line + 1) for number, item in enumerate(file.items)}
        changed = {
            number: replace(file.card(number), proposal=proposal)
            for number, proposal in wanted.items()
            if proposal and file.card(number).proposal is None
        }
        text = rewritten(file, Plan(changed)) if changed else None
        if text is not None:
            atomic.write_text(path, ("\ufeff" if file.mark else "") + text)
    return len(changed)
