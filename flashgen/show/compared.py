"""Cards beside each other: old and new for `flashgen redraft`, two prompts or models for `flashgen try --compare`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from flashgen.hand import edited_fields
from flashgen.redrafting import Pair, Redraft
from flashgen.report import as_json as print_json
from flashgen.report import safe, usage
from flashgen.types import Card, Draft, Judged, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from flashgen.app.comparison import Comparison
    from flashgen.app.redrafting import Redrafted

_WIDE = 72
"""Columns from which cards stand beside each other; below, they stand under each other."""
_MARK = {Verdict.PASS: "", Verdict.WARN: "! ", Verdict.REJECT: "✗ "}


def beside(heads: tuple[str, str], rows: Iterable[tuple[Text, Text]]) -> None:
    """Two columns of texts on stdout, that fit the terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False, emoji=False)
    if console.width < _WIDE:
        _under(console, heads, rows)
        return
    table = Table(*(safe(head) for head in heads), box=None, pad_edge=False, padding=(0, 2, 1, 0), expand=True)
    for column in table.columns:
        column.ratio, column.overflow = 1, "fold"
    for left, right in rows:
        table.add_row(left, right)
    console.print(table)


def _under(console: Console, heads: tuple[str, str], rows: Iterable[tuple[Text, Text]]) -> None:
    for texts in rows:
        for head, text in zip(heads, texts, strict=True):
            console.print(f"[{safe(head)}]")
            console.print(text)
        console.print()


def _lines(card: Draft | Card | None, before: str = "", remarks: Sequence[str] = ()) -> Text:
    """A card as a few lines, what is not there as a dash."""
    from rich.text import Text

    if card is None:
        return Text("—", style="dim")
    text = Text(before + safe(card.question))
    text.append(f"\n{safe(card.answer)}", style="bold")
    text.append(f"\n“{safe(card.quote)}”", style="dim")
    for remark in remarks:
        text.append(f"\n{safe(remark)}", style="italic")
    return text


def _judged(card: Judged | None) -> Text:
    if card is None:
        return _lines(None)
    remarks = [f"{finding.verdict}: {finding.gate}: {finding.reason}" for finding in card.findings]
    return _lines(card.draft, _MARK[card.verdict], remarks)


# --- redraft ----------------------------------------------------------------------------------------


def redraft(one: Redraft, *, replacing: bool) -> None:
    """What drafting again would do to the cards of one link, old and new side by side."""
    click.secho(f"{safe(one.title)}  {safe(one.url)}", bold=True)
    kept = sum(pair.same for pair in one.pairs)
    rows = []
    for pair in one.pairs:
        if pair.same:
            continue
        yours = bool(pair.old and edited_fields(pair.old) & {"question", "answer", "quote"})
        rows.append((_lines(pair.old, remarks=_fate(pair, yours=yours, replacing=replacing)), _judged(pair.new)))
    if rows:
        beside(("old", "new"), rows)
    counts = one.harvest.counts
    told = {"the same": kept, "reworded or proposed": counts.revised, "new": counts.new, "retired": counts.retired}
    told |= {"duplicates left out": counts.duplicate, "new ones refused by the gates": one.rejected}
    click.echo("  " + (", ".join(f"{count} {what}" for what, count in told.items() if count) or "no cards"))


def _fate(pair: Pair, *, yours: bool, replacing: bool) -> list[str]:
    if pair.old and not pair.new:
        return ["stays: you wrote it" if yours else "is retired"] if replacing else ["stays"]
    return ["yours: the new wording waits as a proposal"] if yours else []


def redrafted(result: Redrafted, *, dry_run: bool) -> None:
    """What came of it, in a few lines; problems go to stderr."""
    for url, problem in result.problems.items():
        click.echo(f"{safe(url)}: {safe(problem)}", err=True)
    if dry_run:
        click.echo(f"Would draft {_links(result.links)} again. Nothing was asked and nothing is changed.")
    elif result.changed:
        click.echo(f"Changed the cards of {_links(result.changed)}. Next: flashgen build")
    else:
        click.echo("Nothing was changed." + ("" if result.links else " There was nothing to compare."))
    click.echo(usage(result.llm), err=True)
    if result.stopped:
        click.echo(f"Stopped: {safe(result.stopped)}", err=True)


def _links(some: Sequence[object]) -> str:
    return f"{len(some)} link{'s' * (len(some) != 1)}"


def redrafted_json(result: Redrafted) -> None:
    """`flashgen redraft --json`."""
    links = [
        {
            "url": one.url,
            "title": one.title,
            "cards": [_pair_json(pair) for pair in one.pairs],
            "counts": one.harvest.counts,
            "refused": one.rejected,
            "changed": one.url in result.changed,
        }
        for one in result.links
    ]
    why = {"stopped": result.stopped} if result.stopped else {}
    problems = [{"url": url, "reason": reason} for url, reason in result.problems.items()]
    print_json({"links": links, "problems": problems, "llm": result.llm, **why})


def _pair_json(pair: Pair) -> dict[str, Any]:
    old = pair.old and {"id": pair.old.id, **_card_json(pair.old), "yours": sorted(edited_fields(pair.old))}
    return {"old": old, "new": _judged_json(pair.new), "same": pair.same}


def _card_json(card: Card | Draft) -> dict[str, Any]:
    return {"kind": card.kind, "question": card.question, "answer": card.answer, "quote": card.quote}


def _judged_json(card: Judged | None) -> dict[str, Any] | None:
    if card is None:
        return None
    return {
        **_card_json(card.draft),
        "importance": card.draft.importance,
        "verdict": card.verdict,
        "findings": card.findings,
    }


# --- try --compare ----------------------------------------------------------------------------------


def comparison(result: Comparison, *, as_json: bool) -> None:
    """The cards of both sides, those of one sentence beside each other, and what each cost."""
    if as_json:
        print_json(
            {
                "url": result.url,
                "title": result.title,
                "sides": [
                    {
                        "name": side.name,
                        "cards": [_judged_json(c) for c in t.cards],
                        "problems": t.problems,
                        "llm": t.llm,
                    }
                    for side, t in zip(result.sides, result.trials, strict=True)
                ],
                "pairs": result.pairs,
            }
        )
        return
    click.secho(safe(result.title or result.url), bold=True)
    one, other = result.trials
    left, right = result.sides
    rows = [
        (_judged(None if i is None else one.cards[i]), _judged(None if j is None else other.cards[j]))
        for i, j in result.pairs
    ]
    beside((left.name, right.name), rows)
    for side, trial in zip(result.sides, result.trials, strict=True):
        good = sum(card.verdict is not Verdict.REJECT for card in trial.cards)
        warned = sum(card.verdict is Verdict.WARN for card in trial.cards)
        click.echo(
            f"{safe(side.name)}: {good} cards, {warned} of them with a warning, {len(trial.cards) - good} refused"
        )
        click.echo(f"  {usage(trial.llm)}")
        for problem in trial.problems:
            click.echo(f"  not drafted: {safe(problem)}")
