"""The answers of the quick commands, as tables for people and as the JSON of the design's section 4."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashgen.errors import Interrupted
from flashgen.gates import heard, unheard
from flashgen.identity import digest, slug
from flashgen.outcome import Emit
from flashgen.report import aside, judged, safe, usage
from flashgen.sections import word_count
from flashgen.types import Link, Note, Passage, ReadingList

if TYPE_CHECKING:
    from flashgen.app import Output, ReadResult, Trial
    from flashgen.doctor import Check
    from flashgen.lint import LintRow
    from flashgen.lint.fix import Fix

_SETTINGS = ("critique", "llm", "model", "jobs", "max_cost", "allow_private", "batch", "dask", "new_per_day")
_SIDES = ("question", "answer", "quote")
_TICK = {"ok": "✓", "warn": "!", "fail": "✗"}


def overrides(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a command that stand over a setting."""
    return {name: value for name, value in options.items() if name in _SETTINGS}


def output(options: Mapping[str, Any]) -> Output:
    """What a build is to write, from the command's options."""
    from flashgen.app import Output

    return Output(options["output"], options["split"], options["out"])


def run_options(options: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """The options of a command that are about this run alone. Its questions stand beside the progress of `emit`."""
    apart = (*_SETTINGS, "output", "split", "out", "yes")
    given = {name: value for name, value in options.items() if name not in apart}
    return {**given, "confirm": confirming(emit, yes=options["yes"])}


def confirming(emit: Emit, *, yes: bool) -> Callable[[str], bool]:
    """What puts a run's questions to a person, beside the progress of `emit`; with `yes`, that is the answer."""
    return lambda question: yes or confirmed(question, emit)


def confirmed(question: str, emit: Emit) -> bool:
    """A person's answer; no, where nobody is there to be asked. Raises Interrupted where they press Ctrl-C."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    during_the_run = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with aside(emit):
            return click.confirm(f"{safe(question)}?", err=True)
    except click.Abort:
        raise Interrupted from None
    finally:
        signal.signal(signal.SIGINT, during_the_run)


# --- links --------------------------------------------------------------------------------------


def links_json(one: ReadingList) -> dict[str, Any]:
    """`flashgen links --json` for one list."""
    return {"list": one.name, "links": [_link_json(link) for link in one.links], "notes": list(one.notes)}


def _link_json(link: Link) -> dict[str, Any]:
    return {"topic": link.topic, "url": link.url, "line": link.line, "title": link.title, "kind": link.kind}


def links(found: Sequence[ReadingList]) -> None:
    """Each list as a tree: topics, under them links and notes."""
    for one in found:
        unique = len({link.url for link in one.links})
        click.secho(f"{safe(one.name)}: {len(one.links)} links ({unique} unique), {len(one.topics)} topics", bold=True)
        topic = None
        entries: list[Link | Note] = [*one.links, *one.notes]
        for entry in sorted(entries, key=lambda entry: entry.line):
            if entry.topic != topic:
                topic = entry.topic
                click.secho(f"\n  {safe(' › '.join(topic) or '(before the first heading)')}", bold=True)
            if isinstance(entry, Link):
                title = f"  {safe(entry.title)}" if entry.title else ""
                click.echo(f"  {entry.line:5}  {entry.kind:10} {safe(entry.url)}{title}")
            else:
                words = word_count(entry.text)
                click.echo(f"  {entry.line:5}  {'note':10} {words} words: {safe(entry.text)[:60]}…")
        click.echo()


# --- read ---------------------------------------------------------------------------------------


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


# --- lint and doctor ----------------------------------------------------------------------------


def lint_json(rows: Sequence[LintRow], found: Sequence[Fix] = ()) -> list[dict[str, Any]]:
    """`flashgen lint --json`; with `--fix` a card that could be better has that as `fix`."""
    better = {fix.line: {name: getattr(fix.after, name) for name in _SIDES} for fix in found}
    return [
        {"line": row.line, "verdict": row.verdict, "findings": list(row.findings)}
        | ({"fix": better[row.line]} if row.line in better else {})
        for row in rows
    ]


def lint(rows: Sequence[LintRow]) -> None:
    """Every card with a finding, and the count of each verdict."""
    for row in rows:
        for finding in row.findings:
            click.echo(f"line {row.line}: {finding.verdict}: {finding.gate}: {safe(finding.reason)}")
    counts = Counter(str(row.verdict) for row in rows)
    click.echo(f"{len(rows)} cards: " + ", ".join(f"{counts[name]} {name}" for name in ("pass", "warn", "reject")))
    if unknown := sum(not row.heard for row in rows):
        click.echo(f"{unknown} of the cards seem to be in another language: {unheard()}", err=True)


def fixes(found: Sequence[Fix], kept: int | None, *, quietly: bool) -> None:
    """Each better form as a diff, unless `quietly`, and what became of them."""
    for fix in () if quietly else found:
        click.echo(f"\nline {fix.line}:")
        for name in _SIDES:
            before, after = getattr(fix.before, name), getattr(fix.after, name)
            if before != after:
                click.secho(f"- {name}: {safe(before)}", fg="red")
                click.secho(f"+ {name}: {safe(after)}", fg="green")
        for finding in fix.left:
            click.echo(f"  still {finding.verdict}: {finding.gate}: {safe(finding.reason)}")
    if kept is None:
        click.echo(f"{len(found)} cards could be better in form; the file stays as it is", err=True)
    else:
        click.echo(f"{len(found)} cards could be better in form; {kept} new proposals wait for your yes", err=True)


def doctor(checks: Sequence[Check]) -> None:
    """One line a check, and what to do where something is missing."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        click.echo(f"{_TICK[check.state]} {check.name:{width}}  {safe(check.detail)}")
        if check.advice:
            click.echo(f"  {'':{width}}  {safe(check.advice)}")
