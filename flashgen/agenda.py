"""What a reading list asks for: each link once, at its first place, and the notes, in the order of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flashgen.errors import UsageError
from flashgen.identity import canonical, digest, note_url
from flashgen.ledger import Ledger, LinkRecord
from flashgen.refresh import due
from flashgen.text import fold, words
from flashgen.types import Link, LinkOptions, ReadingList, Topic, Validators

NOTE_WORDS = 25
"""Words from which the person's lines under a heading are a source of cards."""
NOWHERE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Item:
    """One source of cards: a link (`address` as written) or the notes under a heading (`text`).

    `url` is what the ledger knows it by; `topic` is its home; `elsewhere` names the list where the link is at home,
    if that is another one.
    """

    url: str
    topic: Topic
    address: str = ""
    title: str = ""
    kind: str = "web"
    options: LinkOptions = LinkOptions()
    text: str = ""
    elsewhere: str = ""

    @property
    def is_note(self) -> bool:
        """Whether these are the person's own lines."""
        return self.kind == "note"

    @property
    def validators(self) -> dict[str, Validators]:
        """What tells that a note has not changed: its own text."""
        return {self.url: Validators(digest([self.text]))} if self.is_note else {}


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked of one run. `refresh` asks known links too, `retry` only the failed ones, `only` just the
    one with this address, whatever its state."""

    refresh: bool = False
    retry: bool = False
    topic: str = ""
    limit: int | None = None
    dry_run: bool = False
    only: str = ""


def items(reading_list: ReadingList, ledger: Ledger, elsewhere: Mapping[str, str] = NOWHERE) -> tuple[Item, ...]:
    """Every source of the list. A link keeps the home topic that the ledger knows for as long as it is listed there.

    `elsewhere` names, by address, the other list where a link is at home.
    """
    places: dict[str, list[Link]] = {}
    for link in reading_list.links:
        places.setdefault(canonical(link.url), []).append(link)
    links = [_item(url, _home(url, found, ledger), elsewhere.get(url, "")) for url, found in places.items()]
    return (*links, *_notes(reading_list))


def _home(url: str, found: list[Link], ledger: Ledger) -> Link:
    record = ledger.links.get(url) if len(found) > 1 else None
    if record is None:
        return found[0]
    return next((link for link in found if link.topic == record.topic), found[0])


def _item(url: str, link: Link, elsewhere: str) -> Item:
    return Item(url, link.topic, link.url, link.title, link.kind, link.options, elsewhere=elsewhere)


def _notes(reading_list: ReadingList) -> Iterable[Item]:
    texts: dict[Topic, list[str]] = {}
    for note in reading_list.notes:
        texts.setdefault(note.topic, []).append(note.text)
    for topic, parts in texts.items():
        text = "\n\n".join(parts)
        if len(words(text)) >= NOTE_WORDS:
            url = note_url(reading_list.name, topic)
            title = topic[-1] if topic else reading_list.name
            yield Item(url, topic, url, title, "note", text=text)


def agenda(all_items: Iterable[Item], ledger: Ledger, request: Request, now: int) -> tuple[Item, ...]:
    """The items that this run asks for. Raises UsageError where `request.topic` names no topic."""
    chosen = _of_topic(tuple(all_items), request.topic)
    wanted = [item for item in chosen if _asked(item, ledger.links, request, now)]
    if request.limit is not None:
        wanted = wanted[: request.limit]
    return tuple(wanted)


def _asked(item: Item, links: Mapping[str, LinkRecord], request: Request, now: int) -> bool:
    record = links.get(item.url)
    if item.options.skip or item.elsewhere:
        return False
    if request.only:
        return item.url == request.only
    if request.retry:
        return record is not None and record.state == "failed"
    if item.is_note and record is not None and record.validators != item.validators:
        return True
    return due(record, now, asks_all=request.refresh)


def _of_topic(all_items: tuple[Item, ...], wanted: str) -> tuple[Item, ...]:
    if not wanted:
        return all_items
    found = tuple(item for item in all_items if within(item.topic, wanted))
    if not found:
        known = sorted({" / ".join(item.topic) for item in all_items if item.topic})
        raise UsageError(f"no topic {wanted!r} with links; the list has: {'; '.join(known) or 'none'}")
    return found


def within(topic: Topic, wanted: str) -> bool:
    """Whether `wanted`, headings with `/` or `::` between them, is a run of the headings of `topic`."""
    path = tuple(fold(part) for part in wanted.replace("::", "/").split("/"))
    headings = tuple(map(fold, topic))
    return any(headings[n : n + len(path)] == path for n in range(len(headings) - len(path) + 1))
