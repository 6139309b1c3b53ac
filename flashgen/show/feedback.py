"""Feedback on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from flashgen.report import anki_lines, as_json, safe, usage, why_stopped

if TYPE_CHECKING:
    from flashgen.app.answers import Answered
    from flashgen.app.feedback import CardFeedback, FeedbackResult, ListFeedback
    from flashgen.types import Card


def feedback_json(result: FeedbackResult) -> None:
    """`flashgen feedback --json`; it is printed whatever the exit status."""
    why = {"error" if result.exit_status == 1 else "stopped": result.stopped} if result.stopped else {}
    as_json({"lists": [_list_json(told) for told in result.lists], **why})
    why_stopped(result)


def _list_json(told: ListFeedback) -> dict[str, Any]:
    return {
        "name": told.name,
        "anki": told.anki,
        "cards": [_card_json(one) for one in told.cards],
        "waiting": [_card_json(one) for one in told.waiting],
        "examples": told.examples,
        "llm": told.llm,
    }


def _card_json(one: CardFeedback) -> dict[str, Any]:
    card = one.card
    return {
        "id": card.id,
        "question": card.question,
        "answer": card.answer,
        "source": card.source,
        "noticed": [{"kind": signal.kind, "reason": signal.reason} for signal in one.signals],
        "state": one.state,
        "problem": one.problem,
        "proposal": _proposal_json(card, one.second),
    }


def _proposal_json(card: Card, second: Card | None) -> dict[str, Any] | None:
    from flashgen.proposals import retires

    proposal = card.proposal
    if proposal is None:
        return None
    action = "retire" if retires(proposal) else "split" if second else "rework"
    words = {"question": proposal.question, "answer": proposal.answer, "quote": proposal.quote}
    half = {"id": second.id, "question": second.question, "answer": second.answer} if second else None
    return {"action": action, "reason": proposal.reason, **words, "second": half}


def answers_json(answers: Sequence[Answered]) -> None:
    """`flashgen feedback --accept … --json`."""
    as_json(
        [
            {
                "id": one.card.id,
                "accepted": one.yes,
                "status": one.card.status,
                "question": one.card.question,
                "answer": one.card.answer,
                "second": one.second.id if one.second else None,
            }
            for one in answers
        ]
    )


def answers(given: Sequence[Answered]) -> None:
    """A line for each proposal that was answered, and what to do next."""
    for one in given:
        what = "retired" if one.retired else "accepted" if one.yes else "rejected"
        click.echo(f"{what}: {one.card.id}  {safe(one.card.question)}")
        if one.second and one.yes:
            click.echo(f"  and its second half: {one.second.id}  {safe(one.second.question)}")
    if not given:
        click.echo("No proposal waits for an answer.")
    elif any(one.yes for one in given):
        click.echo("Bring them into Anki with `flashgen push`, or `flashgen build` and an import.", err=True)


def feedback(result: FeedbackResult) -> None:
    """Each list: what was read and taken over, the cards with what was noticed and proposed."""
    for told in result.lists:
        for line in _lines(told):
            click.echo(line)
    why_stopped(result)


def _lines(told: ListFeedback) -> Iterator[str]:
    yield click.style(f"{safe(told.name)}  (read: {safe(told.anki.read)})", bold=True)
    yield from (f"  {line}" for line in anki_lines(told.anki))
    if not (told.cards or told.waiting):
        yield "  no card asks for a better one"
    for one in (*told.waiting, *told.cards):
        yield from _card_lines(one)
    if told.examples:
        yield f"  examples.yaml: {told.examples} of what you want and what not; the newest go into the next prompts"
    if told.llm.calls or told.llm.cached:
        yield f"  model   {usage(told.llm)}"
    ids = [one.card.id for one in (*told.waiting, *told.cards) if one.card.proposal]
    if ids:
        yield f"  yes or no: flashgen feedback --accept {ids[0]} --reject …, or --accept all"


def _card_lines(one: CardFeedback) -> Iterator[str]:
    card = one.card
    yield ""
    why = "; ".join(safe(signal.reason) for signal in one.signals)
    yield f"  {click.style(card.id, bold=True)}  {why or one.state}"
    yield f"    now  {safe(card.question)} – {safe(card.answer)}"
    if card.proposal:
        yield from _proposal_lines(card, one.second)
    elif one.problem:
        yield f"    no proposal: {safe(one.problem)}"


def _proposal_lines(card: Card, second: Card | None) -> Iterator[str]:
    from flashgen.proposals import retires

    proposal = card.proposal
    assert proposal
    if retires(proposal):
        yield "    new  retire the card"
    else:
        yield f"    new  {safe(proposal.question)} – {safe(proposal.answer)}"
    if second:
        yield f"    and  {safe(second.question)} – {safe(second.answer)}"
    yield f"    why  {safe(proposal.reason)}"
