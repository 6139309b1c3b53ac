"""The refresh report on a terminal: what changed where, old and new sentence beside or under each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from flashgen.changes import CardChange, CardEvent, LinkChange, LinkEvent, SectionEvent
from flashgen.comparing import Run, marked
from flashgen.outcome import ListResult
from flashgen.report import safe
from flashgen.text import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WIDE = 110
"""Columns from which both sentences stand beside each other."""
_MOST_CARDS = 25
_TOLD = (LinkEvent.CHANGED, LinkEvent.MOVED, LinkEvent.BACK, LinkEvent.RELISTED, LinkEvent.REMOVED)
"""Links that are told of even if no card changed; those that gave no article stand among the problems."""


def changes(one: ListResult, width: int | None = None) -> None:
    """Print what changed, on stdout; nothing where nothing did. The page has what is too much for a terminal.

    `width` is the terminal's in columns, None for the one that there is.
    """
    told = [change for change in one.changes if change.cards or change.event in _TOLD]
    if not told:
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, width=width)
    room = _MOST_CARDS
    for number, change in enumerate(told):
        if room <= 0:
            rest = f"  … and {len(told) - number} more link{'s' * (len(told) - number != 1)} with changes"
            console.print(f"{rest}: {one.report}" if one.report else rest, soft_wrap=True)
            break
        console.print(_head(change), soft_wrap=True)
        for card in _singly(change.cards)[:room]:
            for line in _card(card, console):
                console.print(line, soft_wrap=True)
        room -= len(_singly(change.cards))
        if added := sum(card.event is CardEvent.ADDED for card in change.cards):
            console.print(f"    added     {added} new card{'s' * (added != 1)}")


def _singly(cards: Iterable[CardChange]) -> list[CardChange]:
    """The cards that are shown one by one: all that were there before."""
    return [card for card in cards if card.event is not CardEvent.ADDED]


def _head(change: LinkChange) -> Text:
    from rich.text import Text

    line = Text("  ")
    line.append(f"{change.event:9} ", "bold")
    line.append(one_line(change.title) or change.url, "bold")
    if change.title:
        line.append(f"  {one_line(change.url)}", "dim")
    if change.moved_to:
        line.append(f" → {one_line(change.moved_to)}", "dim")
    if passages := counted(change):
        line.append(f"  ({passages})")
    return line


def counted(change: LinkChange) -> str:
    """The passages that are new, changed and gone, in words; '' for none."""
    counts = {event: sum(section.event is event for section in change.sections) for event in SectionEvent}
    named = [f"{count} {event}" for event, count in counts.items() if count]
    return f"{', '.join(named)} passage{'s' * (sum(counts.values()) != 1)}" if named else ""


def _card(card: CardChange, console: Console) -> Iterator[Text]:
    """The lines of one card."""
    from rich.text import Text

    head = Text(f"    {card.event:10}").append(one_line(card.was.question), "bold")
    yield from _hanging(head, 14, console.width, console)
    old, new = (_sentence(sign, runs) for sign, runs in zip(("− ", "+ "), sentences(card), strict=True))
    if old and new and console.width >= _WIDE:
        half = (console.width - 14 - 3) // 2
        left, right = (list(_hanging(text, 2, half, console)) for text in (old, new))
        for one, other in zip_longest(left, right, fillvalue=Text()):
            one = one.copy()
            one.pad_right(half + 3 - one.cell_len)
            yield _trimmed(Text(" " * 14) + one + other)
    else:
        for text in filter(None, (old, new)):
            yield from (Text(" " * 14) + line for line in _hanging(text, 2, console.width - 14, console))


def _hanging(text: Text, indent: int, width: int, console: Console) -> Iterator[Text]:
    """`text` in lines of at most `width` columns, all but the first indented."""
    from rich.text import Text

    first, rest = text[:indent], text[indent:]
    for number, line in enumerate(rest.wrap(console, max(20, width - indent))):
        yield _trimmed((Text(" " * indent) if number else first) + line)


def _trimmed(line: Text) -> Text:
    line.rstrip()
    return line


def _sentence(sign: str, runs: Sequence[Run]) -> Text | None:
    from rich.text import Text

    colour = "red" if sign == "− " else "green"
    sentence = Text(sign, "")
    for run in runs:
        sentence.append(safe(run.text), f"bold {colour}" if run.differs else "")
    return sentence if runs else None


def sentences(card: CardChange) -> tuple[list[Run], list[Run]]:
    """The card's old sentence and the one in its place, with the words that differ; one that only came back has one."""
    if card.event is CardEvent.RETURNED and card.now is None:
        return [], [Run(one_line(card.was.quote))]
    return marked(card.was.quote, card.today) if card.today else ([Run(one_line(card.was.quote))], [])


def one_line(markdown: str) -> str:
    """Markdown as a reader sees it, in one line, without what could steer a terminal."""
    return safe(" ".join(plain(markdown).split()))
