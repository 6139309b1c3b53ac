"""The refresh report as a page: what changed where, old and new wording side by side, and what waits for a person."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from flashgen.attention import Matter, matters
from flashgen.changes import CardChange, CardEvent, LinkChange, LinkEvent, SectionEvent
from flashgen.comparing import Run, marked
from flashgen.deep_link import deep_link
from flashgen.outcome import ListResult
from flashgen.pages import page
from flashgen.text import plain

_SAYS = {
    CardEvent.ADDED: "new card",
    CardEvent.REVISED: "revised",
    CardEvent.PROPOSED: "waits as a proposal",
    CardEvent.RETIRED: "retired",
    CardEvent.WAITING: "waits to be retired",
    CardEvent.RETURNED: "back",
}
_NEWS = (
    LinkEvent.CHANGED,
    LinkEvent.MOVED,
    LinkEvent.BACK,
    LinkEvent.RELISTED,
    LinkEvent.REMOVED,
    LinkEvent.SUSPECT,
)
_NOTHING = "Nothing like it stands in the source today."
_RETIRED = """<p>Retired cards stay in the deck, marked, with their history. To stop seeing them, search
<code>tag:flashgen::retired</code> in Anki’s Browse and suspend them.</p>"""


def worth_a_page(result: ListResult) -> bool:
    """Whether anything changed that was known before: a first build has no report."""
    return any(change.cards or change.event in _NEWS for change in result.changes)


def render(result: ListResult, now: int) -> str:
    """The page for one list. `now` is when the run was, in seconds since 1970; the page says it in local time."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    title = f"{result.name}: what changed, {when}"
    return page(title, "".join(_body(result, when)), "refresh")


def _body(result: ListResult, when: str) -> Iterator[str]:
    yield f"<h1>{escape(result.name)}</h1>\n<p class=lead>What the run of {when} found changed.</p>\n"
    yield from _numbers(result)
    if waiting := matters(result):
        yield '<section class="you">\n<h2>Waiting for you</h2>\n<ul>\n'
        yield from map(_matter, waiting)
        yield "</ul>\n</section>\n"
    told = [change for change in result.changes if change.event is not LinkEvent.NEW or change.cards]
    for change in told:
        yield from _link(change)
    if any(change.event is LinkEvent.NEW for change in result.changes):
        yield from _new_links([change for change in result.changes if change.event is LinkEvent.NEW])
    if result.cards.retired:
        yield f"<footer>{_RETIRED}</footer>\n"


def _numbers(result: ListResult) -> Iterator[str]:
    events = Counter(card.event for change in result.changes for card in change.cards)
    cards, llm = result.cards, result.llm
    cost = ("cost (no price set)", "?") if llm.cost_usd is None else ("cost", f"${llm.cost_usd:.4f}")
    shown: list[tuple[str, object]] = [
        ("links changed", result.links.changed),
        ("revised", events[CardEvent.REVISED]),
        ("proposed", events[CardEvent.PROPOSED]),
        ("retired", cards.retired),
        ("back", events[CardEvent.RETURNED]),
        ("new cards", cards.new),
        ("untouched", f"{cards.kept:,}"),
        ("model calls", llm.calls),
        cost,
    ]
    yield "<dl>\n"
    yield from (f"<div><dt>{name}</dt><dd>{value}</dd></div>\n" for name, value in shown if value)
    yield "</dl>\n"


def _matter(matter: Matter) -> str:
    where = f"{_anchor(matter.where, matter.where)}: " if matter.where else ""
    return f'<li dir="auto"><b>{escape(matter.what)}</b> {where}{escape(matter.why)}</li>\n'


# --- a link -------------------------------------------------------------------------------------


def _link(change: LinkChange) -> Iterator[str]:
    topic = " › ".join(change.topic)
    moved = f" · now at {_anchor(change.moved_to, change.moved_to)}" if change.moved_to else ""
    reason = f" · {escape(change.reason)}" if change.reason else ""
    yield (
        f'<article>\n<h2 dir="auto">{_anchor(change.url, change.title or change.url)}</h2>\n'
        f'<p class=about><span class="{change.event}">{change.event}</span> <bdi>{escape(topic)}</bdi>'
        f"{moved}{reason}{_kept(change)}</p>\n"
    )
    yield from _passages(change)
    for card in change.cards:
        yield from _card(card, change)
    yield "</article>\n"


def _kept(change: LinkChange) -> str:
    return f" · {change.kept} card{'s' * (change.kept != 1)} untouched" if change.kept else ""


def _passages(change: LinkChange) -> Iterator[str]:
    for event in SectionEvent:
        paths = [
            " › ".join(section.path) or "text without a heading"
            for section in change.sections
            if section.event is event
        ]
        if paths:
            named = "; ".join(f"<bdi>{escape(path)}</bdi>" for path in dict.fromkeys(paths))
            yield f"<p class=passages>{len(paths)} passage{'s' * (len(paths) != 1)} {event}: {named}</p>\n"


def _new_links(changes: Sequence[LinkChange]) -> Iterator[str]:
    yield "<article>\n<h2>New links</h2>\n<ul>\n"
    for change in changes:
        cards = f"{change.added} card{'s' * (change.added != 1)}"
        yield f'<li dir="auto">{_anchor(change.url, change.title or change.url)}: {cards}</li>\n'
    yield "</ul>\n</article>\n"


# --- a card -------------------------------------------------------------------------------------


def _card(card: CardChange, change: LinkChange) -> Iterator[str]:
    yield f'<div class="card">\n<p class=event><span class="{card.event}">{_SAYS[card.event]}</span></p>\n'
    if card.now is None and card.event in (CardEvent.ADDED, CardEvent.RETURNED):
        yield from _alone(card)
    else:
        yield from _beside(card)
    if card.today or card.event in (CardEvent.ADDED, CardEvent.RETURNED):
        place = deep_link(change.moved_to or change.url, card.today or card.was.quote)
        yield f"<p class=source>{_anchor(place, 'the sentence in its source')}</p>\n" if place else ""
    yield "</div>\n"


def _alone(card: CardChange) -> Iterator[str]:
    for name, text in (("question", card.was.question), ("answer", card.was.answer), ("quote", card.was.quote)):
        if text:
            yield f'<p class="{name}" dir="auto">{escape(_plain(text))}</p>\n'


def _beside(card: CardChange) -> Iterator[str]:
    """Old and new, a row for what differs: where only the sentence does, question and answer stand once."""
    pairs = [("question", card.was.question, card.now.question if card.now else card.was.question)]
    pairs.append(("answer", card.was.answer, card.now.answer if card.now else card.was.answer))
    for name, old, new in pairs:
        if _plain(old) == _plain(new):
            yield f'<p class="{name}" dir="auto">{escape(_plain(old))}</p>\n' if old else ""
        else:
            yield _sides(name, *marked(old, new))
    if card.today:
        yield _sides("quote", *marked(card.was.quote, card.today))
    else:
        yield _sides("quote", [Run(_plain(card.was.quote), True)], [], _NOTHING)


def _sides(name: str, old: Sequence[Run], new: Sequence[Run], instead: str = "") -> str:
    before = "".join(f"<del>{escape(run.text)}</del>" if run.differs else escape(run.text) for run in old)
    after = "".join(f"<ins>{escape(run.text)}</ins>" if run.differs else escape(run.text) for run in new)
    after = after or f"<i>{escape(instead)}</i>"
    return f'<div class="sides {name}"><p class=was dir="auto">{before}</p><p class=now dir="auto">{after}</p></div>\n'


def _anchor(address: str, text: str) -> str:
    """A link, where the address is one of the web; else the text alone."""
    shown = escape(_plain(text))
    if not address.startswith(("http://", "https://")):
        return f"<bdi>{shown}</bdi>"
    return f'<a href="{escape(address)}" rel="noreferrer noopener"><bdi>{shown}</bdi></a>'


def _plain(markdown: str) -> str:
    return " ".join(plain(markdown).split())
