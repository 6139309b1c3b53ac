"""Results, turned into what a person or a program reads, on stdout; why a run ended early, on stderr.

What a command prints of its own stands in `show`, what is told while a run goes on in `live`.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

from flashgen.attention import matters
from flashgen.changes import CardEvent
from flashgen.outcome import ListResult, RunResult
from flashgen.types import AnkiNews, Judged, Usage, Verdict

if TYPE_CHECKING:
    from flashgen.app.feedback import FeedbackResult

_MARK = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.REJECT: "✗"}
_MOST_PROBLEMS = 20
_MOST_EDITS = 20
_LEAST_TEXT = 30
"""Columns of the terminal that a table's text gets, however narrow it is."""


def safe(text: str) -> str:
    """`text` without what could steer a terminal: control codes and marks that turn the reading direction."""
    return "".join(
        " " if char in "\r\n\t" else char
        for char in text
        if char in "\r\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )


def as_json(value: Any) -> None:
    """One JSON document on stdout; a short one, which a person may read, with its parts on lines of their own."""
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False)
    if len(text) < _SHORT:
        text = json.dumps(plain, ensure_ascii=False, indent=2)
    click.echo(_STEERING.sub(lambda found: json.dumps(found[0])[1:-1], text))


_SHORT = 1_000_000
_STEERING = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""What could steer a terminal: in JSON it stands as its escape, and the document says the same."""


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, int, bool, float):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


@lru_cache(maxsize=64)
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def run_json(result: RunResult) -> None:
    """The JSON of build and refresh. Why a run ended early is its `error`, or `stopped` for Ctrl-C and the budget."""
    why = {"error" if result.exit_status == 1 else "stopped": result.stopped} if result.stopped else {}
    as_json({"lists": result.lists, "seconds": round(result.seconds, 3), **why})
    why_stopped(result)


def run(result: RunResult, details: Callable[[ListResult], None] = lambda one: None) -> None:
    """The summary at the end of a run, also of one that was broken off. `details` prints what changed in a list."""
    for one in result.lists:
        for line in _list_lines(one):
            click.echo(line)
        details(one)
        for line in _problem_lines(one):
            click.echo(line)
    if any(one.cards.new + one.cards.revised + one.cards.retired for one in result.lists if one.outputs):
        click.echo("Next: in Anki, File > Import, choose the deck, and leave the options as they are.")
    why_stopped(result)


def urgent(result: RunResult) -> None:
    """What needs a person, a line for each; nothing at all where nothing does."""
    for one in result.lists:
        for matter in matters(one):
            where = f" {safe(matter.where)}" if matter.where else ""
            click.echo(f"{safe(one.name)}: {matter.what}{where}: {safe(matter.why)}")
    why_stopped(result)


def why_stopped(result: RunResult | FeedbackResult) -> None:
    """Why a run ended early, on stderr."""
    if result.stopped:
        label = "Error" if result.exit_status == 1 else "Stopped"
        click.echo(f"{label}: {safe(result.stopped)}", err=True)


def _list_lines(one: ListResult) -> Iterator[str]:
    links, cards = one.links, one.cards
    yield f"{safe(one.name)}: {_number(links.total, 'link')} in {_number(one.topics, 'topic')}"
    states = {"read": links.ok, "skipped": links.skipped, "failed": links.failed, "pending": links.pending}
    if links.total:
        yield "  links   " + ", ".join(f"{count} {name}" for name, count in states.items() if count)
    made = {"new": cards.new, "revised": cards.revised, "retired": cards.retired, "rejected": cards.rejected}
    told = Counter(card.event for change in one.changes for card in change.cards)
    made |= {"returned": told[CardEvent.RETURNED], "proposed": told[CardEvent.PROPOSED]}
    made |= {"duplicate": cards.duplicate, "untouched": cards.kept}
    extra = ", ".join(f"{count:,} {name}" for name, count in made.items() if count)
    yield f"  cards   {cards.total} in the deck" + (f" ({extra})" if extra else "")
    if one.llm.calls or one.llm.cached:
        yield f"  model   {usage(one.llm)}"
    yield from (f"  Anki    {line}" for line in anki_lines(one.anki))
    yield from (f"  deck    {path}" for path in one.outputs)
    if one.report:
        yield f"  report  {one.report}"


def _problem_lines(one: ListResult) -> Iterator[str]:
    for problem in one.problems[:_MOST_PROBLEMS]:
        where = f"{safe(problem.url)}: " if problem.url else ""
        yield f"  {problem.state:8}{where}{safe(problem.reason)}"
    if len(one.problems) > _MOST_PROBLEMS:
        yield f"  … and {len(one.problems) - _MOST_PROBLEMS} more: flashgen status {safe(one.name)}"


def anki_lines(told: AnkiNews) -> Iterator[str]:
    """What the person did in Anki, a line for each edit."""
    for taken in told.taken_over[:_MOST_EDITS]:
        inexact = "" if taken.exact else ", its look is kept in Anki"
        yield f"taken over: {taken.field} of “{safe(taken.question)}”{inexact}"
    if len(told.taken_over) > _MOST_EDITS:
        yield f"taken over: {len(told.taken_over) - _MOST_EDITS} more edits"
    for both in told.conflicts:
        yield f"changed on both sides: {both.field} of “{safe(both.question)}”; yours stays, ours waits as a proposal"
    for note in told.deleted:
        yield f"deleted there, rejected here: “{safe(note.question)}”"
    if told.missing:
        yield (
            f"{_number(len(told.missing), 'note')} gone from there at once: not believed, they stay in the deck; "
            "if you deleted them, run this again with --yes"
        )


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def usage(spent: Usage) -> str:
    """Calls, tokens and money in words."""
    calls = _number(spent.calls, "call")
    if spent.cached:
        calls += f" and {spent.cached} from the cache"
    tokens = f"{spent.prompt_tokens:,} tokens in, {spent.completion_tokens:,} out"
    cost = "cost unknown (no price set)" if spent.cost_usd is None else f"${spent.cost_usd:.4f}"
    return f"{calls}; {tokens}; {cost}"


def judged(cards: Sequence[Judged]) -> None:
    """Drafts with their quotes and the gates' words, as `flashgen try` shows them."""
    for number, card in enumerate(cards, 1):
        draft = card.draft
        click.echo(f"{_MARK[card.verdict]} {number}. {safe(draft.question)}")
        click.echo(f"     {safe(draft.answer)}")
        click.echo(click.style(f"     “{safe(draft.quote)}”", dim=True))
        for finding in card.findings:
            click.echo(f"     {finding.verdict}: {finding.gate}: {safe(finding.reason)}")


def table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> None:
    """Columns that fit the terminal: texts in the first, cut where they are too long, numbers in the others."""
    from rich.cells import cell_len, set_cell_size

    cells = [list(heads), *([safe(str(cell)) for cell in row] for row in rows)]
    first, *others = (max(map(cell_len, column)) for column in zip(*cells, strict=True))
    room = shutil.get_terminal_size().columns - sum(width + 2 for width in others)
    first = min(first, max(_LEAST_TEXT, room))
    for text, *numbers in cells:
        text = text if cell_len(text) <= first else set_cell_size(text, first - 1).rstrip() + "…"
        right = (number.rjust(width) for number, width in zip(numbers, others, strict=True))
        click.echo("  ".join((set_cell_size(text, first), *right)).rstrip())
