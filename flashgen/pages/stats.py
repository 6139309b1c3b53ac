"""Where lists stand, as a page: numbers, charts, and each chart as a table for those who can't or won't look at it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from html import escape

from flashgen.ledger import LinkState
from flashgen.pages import page, plots
from flashgen.stats import Retention, Stats, TopicStats
from flashgen.types import Status

_CALLED = {Status.ACTIVE: "in the deck", Status.DRAFT: "waiting for your yes", Status.RETIRED: "retired"}


def render(stats: Stats, now: int) -> str:
    """The page. `now` is in seconds since 1970; the page says it in local time."""
    named = ", ".join(stats.lists) if len(stats.lists) <= 3 else f"{len(stats.lists)} lists"
    title = f"{named}: where {'it stands' if len(stats.lists) == 1 else 'they stand'}"
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    return page(title, "".join(_body(title, when, stats)), "stats")


def _body(title: str, when: str, stats: Stats) -> Iterator[str]:
    yield f'<header><h1>{escape(title)}</h1><p class="lead">{when}</p></header>\n<main>\n'
    yield _numbers(stats)
    names = _names(stats.topics)
    yield _cards(stats, names)
    yield _load(stats)
    yield _coverage(stats, names)
    yield _links(stats)
    yield _growth(stats)
    yield _spend(stats)
    yield _rejected(stats)
    yield from _anki(stats, names)
    yield "</main>\n"


def _numbers(stats: Stats) -> str:
    known = [money.usd for money in stats.spend]
    cost = sum(usd for usd in known if usd is not None)
    open_ = "+" if None in known else ""
    figures = {
        "cards in the deck": f"{stats.cards[Status.ACTIVE]:,}",
        "wait for your yes": f"{stats.cards[Status.DRAFT]:,}",
        "links": f"{sum(stats.links.values()):,}",
        "spent so far": f"${cost:,.2f}{open_}",
        "reviews a day, next month": f"{stats.load.mean(0, 30):.0f}",
    }
    if stats.coverage.sentences:
        figures["of the sentences touched"] = _percent(stats.coverage.sentences_touched, stats.coverage.sentences)
    if (rate := stats.retention.rate) is not None:
        figures["recalled in Anki"] = f"{rate:.0%}"
    return (
        "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items()) + "</dl>\n"
    )


def _cards(stats: Stats, names: Sequence[str]) -> str:
    series = {_CALLED[status]: [row.cards[status] for row in stats.topics] for status in _CALLED}
    chart = plots.bars(names, {name: counts for name, counts in series.items() if any(counts)})
    rows = [[name, *(row.cards[status] for status in Status)] for name, row in zip(names, stats.topics, strict=True)]
    return _figure("Cards by topic", "", chart, ["topic", *map(str, Status)], rows)


def _load(stats: Stats) -> str:
    days = [f"day {day + 1}" for day in range(len(stats.load.per_day))]
    chart = plots.line(days, {"reviews": stats.load.per_day})
    weeks = [
        [f"days {day + 1} to {min(day + 7, len(days))}", f"{stats.load.mean(day, day + 7):.0f}"]
        for day in range(0, len(days), 7)
    ]
    return _figure("Reviews a day, the next 90 days", str(stats.load), chart, ["days", "reviews a day"], weeks)


def _coverage(stats: Stats, names: Sequence[str]) -> str:
    known = [
        (name, row.coverage, row.ideas) for name, row in zip(names, stats.topics, strict=True) if row.coverage.sentences
    ]
    if not known:
        return ""
    shares = [100 * counts.sentences_touched / counts.sentences for _, counts, _ in known]
    chart = plots.bars([name for name, _, _ in known], {"touched": shares}, unit="{:.0f} %".format)
    rows = [
        [
            name,
            f"{counts.sentences_touched} of {counts.sentences}",
            _percent(counts.sentences_touched, counts.sentences),
            f"{counts.sections_touched} of {counts.sections}",
            f"{ideas.covered} of {ideas.named}" if ideas.named else "",
        ]
        for name, counts, ideas in known
    ]
    lead = "The share of the sentences that a card touches. All of them would be far too many cards."
    if stats.ideas.named:
        lead += f" Of the ideas that selection named, {_percent(stats.ideas.covered, stats.ideas.named)} have a card."
    return _figure("Coverage", lead, chart, ["topic", "sentences", "share", "sections", "ideas"], rows)


def _links(stats: Stats) -> str:
    known = {state: stats.links[state] for state in LinkState if stats.links[state]}
    chart = plots.bars([str(state) for state in known], {"links": list(known.values())})
    return _figure("Links by state", "", chart, ["state", "links"], list(known.items()))


def _growth(stats: Stats) -> str:
    if not stats.growth:
        return ""
    chart = plots.columns(list(stats.growth), {"cards": list(stats.growth.values())})
    return _figure("Cards at the end of each month", "", chart, ["month", "cards"], list(stats.growth.items()))


def _spend(stats: Stats) -> str:
    if not stats.spend:
        return ""
    months = sorted({money.month for money in stats.spend})
    models = sorted({money.model for money in stats.spend})
    usd = {(money.month, money.model): money.usd for money in stats.spend}
    series = {model: [usd.get((month, model)) or 0.0 for month in months] for model in models}
    chart = plots.columns(months, series, unit="${:,.2f}".format) if any(map(any, series.values())) else ""
    rows = [
        [
            money.month,
            money.model,
            "not known" if money.usd is None else f"${money.usd:,.4f}",
            f"{money.prompt_tokens:,}",
            f"{money.completion_tokens:,}",
        ]
        for money in stats.spend
    ]
    head = ["month", "model", "cost", "tokens in", "tokens out"]
    known = all(money.usd is not None for money in stats.spend)
    said = (
        ""
        if chart
        else "Nothing had to be paid."
        if known
        else "What it cost is not known: set prices in flashgen.toml."
    )
    return _figure("Spend by month and model", said, chart, head, rows)


def _rejected(stats: Stats) -> str:
    if not stats.rejected:
        return ""
    chart = plots.bars(list(stats.rejected), {"cards": list(stats.rejected.values())})
    lead = "Who objected to the cards that no deck has; “person” is you."
    return _figure("Rejected, by gate", lead, chart, ["gate", "cards"], list(stats.rejected.items()))


def _anki(stats: Stats, names: Sequence[str]) -> Iterator[str]:
    if not stats.read:
        yield (
            "<section><h2>Retention</h2><p>Anki could not be read here, so how well the cards are recalled is not "
            "known. <code>flashgen doctor</code> says what is missing.</p></section>\n"
        )
        return
    known = [(name, row.retention) for name, row in zip(names, stats.topics, strict=True) if row.retention.reviews]
    if known:
        shares = [100 * (one.rate or 0) for _, one in known]
        chart = plots.bars([name for name, _ in known], {"recalled": shares}, unit="{:.0f} %".format)
        rows = [[name, _rate(one), f"{one.reviews:,}"] for name, one in known]
        lead = f"The share of reviews that were recalled, from {stats.read}."
        yield _figure("Retention by topic", lead, chart, ["topic", "recalled", "reviews"], rows)
    else:
        yield "<section><h2>Retention</h2><p>No card of these lists was reviewed in Anki yet.</p></section>\n"
    if stats.worst:
        worst = [[one.question, " › ".join(one.topic), f"{one.lapses}", f"{one.reviews}"] for one in stats.worst]
        lead = "flashgen feedback proposes better cards for these."
        yield _figure("Forgotten most often", lead, "", ["card", "topic", "forgotten", "answers"], worst)


def _figure(title: str, lead: str, chart: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    said = f"<p>{escape(lead)}</p>" if lead else ""
    listed = plots.table(head, rows)
    if not chart or len(rows) < 2:  # one bar says nothing
        return f"<section><h2>{escape(title)}</h2>{said}{listed}</section>\n"
    figure = f'<figure tabindex="0" aria-label="{escape(title)}: chart">{chart}</figure>'
    details = f"<details><summary>As a table</summary>{listed}</details>"
    return f"<section><h2>{escape(title)}</h2>{said}{figure}{details}</section>\n"


def _names(topics: Sequence[TopicStats]) -> list[str]:
    """What topics are called: their last heading, with those above it where two would be called the same, and the list
    where there are several."""
    several = len({row.list_name for row in topics}) > 1
    last = [row.topic[-1] if row.topic else "No topic" for row in topics]
    names = []
    for row, name in zip(topics, last, strict=True):
        whole = " › ".join(row.topic) if last.count(name) > 1 and row.topic else name
        names.append(f"{row.list_name}: {whole}" if several else whole)
    return names


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _rate(one: Retention) -> str:
    return _percent(one.recalled, one.reviews)
