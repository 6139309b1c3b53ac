"""What was read of sources and what cards one would give, for people and as the JSON of the design's section 4."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashgen.gates import heard, unheard
from flashgen.identity import digest, slug
from flashgen.report import judged, safe, usage
from flashgen.sections import word_count
from flashgen.types import Passage

if TYPE_CHECKING:
    from flashgen.app import ReadResult, Trial


def reading_json(result: ReadResult) -> dict[str, Any]:
    """One entry of `flashgen read --json`."""
    article = result.article
    return {
        "url": result.url,
        "final_url": article.final_url if article else "",
        "kind": article.kind if article else result.kind,
        "state": result.state,
        "reason": result.reason,
        "title": article.title if article else "",
        "author": article.author if article else "",
        "date": article.date if article else "",
        "language": article.language if article else "",
        "markdown": article.markdown if article else "",
        "sections": [{"path": s.path, "words": word_count(s.text)} for s in result.sections],
    }


def articles(results: Sequence[ReadResult]) -> None:
    """The Markdown of each article; what could not be read goes to stderr."""
    for result in results:
        if result.article is None:
            click.echo(f"{result.state}: {safe(result.url)}: {safe(result.reason)}", err=True)
            continue
        text = result.article.markdown
        click.echo("".join(c for c in text if c in "\n\t" or c.isprintable()))


def write_articles(results: Sequence[ReadResult], out: Path) -> None:
    """One Markdown file per article in `out`, named after its title; two of one name are told apart by a hash."""
    from flashgen.store.atomic import write_text

    out.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for result in results:
        if result.article is None:
            click.echo(f"{result.state}: {safe(result.url)}: {safe(result.reason)}", err=True)
            continue
        name = slug(result.article.title or result.url)
        name = f"{name}-{digest([result.url])[:6]}" if name in taken else name
        taken.add(name)
        write_text(out / f"{name}.md", result.article.markdown + "\n")
        click.echo(f"wrote {out / name}.md", err=True)


def exit_if_none_read(results: Sequence[ReadResult]) -> None:
    """Exit status 1 where not one source could be read."""
    if not any(result.article for result in results):
        sys.exit(1)


# --- try ----------------------------------------------------------------------------------------


def trial_json(trial: Trial) -> dict[str, Any]:
    """`flashgen try --json`: the drafts with quotes and findings, and what they cost."""
    return {
        "url": trial.url,
        "title": trial.title,
        "cards": [
            {
                "kind": card.draft.kind,
                "question": card.draft.question,
                "answer": card.draft.answer,
                "quote": card.draft.quote,
                "importance": card.draft.importance,
                "verdict": card.verdict,
                "findings": card.findings,
            }
            for card in trial.cards
        ],
        "problems": trial.problems,
        "llm": trial.llm,
    }


def trial(result: Trial) -> None:
    """The drafts of one source, each with its quote and the gates' words."""
    click.secho(safe(result.title or result.url), bold=True)
    judged(result.cards)
    for problem in result.problems:
        click.echo(f"not drafted: {safe(problem)}", err=True)
    if any(not heard(card.draft, Passage()) for card in result.cards):
        click.echo(unheard(), err=True)
    verdicts = Counter(card.verdict for card in result.cards)
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()) or "no cards", err=True)
    click.echo(usage(result.llm), err=True)
