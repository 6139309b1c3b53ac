"""A build that finds everything as the last one left it has nothing to do: known from the files' stamps alone.

After a build that leaves nothing due, a seal holds the stamps of all that a build looks at (lists, ledgers, card files,
decks, Anki's collection), and what a build would say. While they are the same and no failed link's time has come, that
is what it says, without parsing a list, a ledger or a card. A seal is good for a day at most, and deleting it loses
nothing but seconds.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashgen import __version__
from flashgen.anki import reading_back
from flashgen.errors import FlashgenError
from flashgen.identity import digest
from flashgen.ledger import LinkRecord, LinkState
from flashgen.lists import ListPlace, deserted, every
from flashgen.outcome import CardCounts, LinkCounts, ListResult, Problem, RunResult
from flashgen.settings import Settings
from flashgen.store import atomic
from flashgen.types import AnkiNews

_DAY = 86_400
_ASIDE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal for builds that are asked for alike: these lists, these settings, this output."""

    root: Path
    places: Sequence[ListPlace]
    settings: Settings
    asked: str

    def opened(self, now: int) -> RunResult | None:
        """What a build finds that has nothing to do; None where it may have something to do."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if now >= kept["until"] or now < kept["since"] or kept["stamps"] != self._stamps(kept["outputs"]):
                return None
            return RunResult([_result(one) for one in kept["lists"]])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def close(self, result: RunResult, until: int, now: int) -> None:
        """Seal what a build has left, until `until` (seconds since 1970) and for a day at most."""
        outputs = [path for one in result.lists for path in one.outputs]
        stamps = self._stamps(outputs)
        if stamps is None:
            return
        kept = {
            "since": now,
            "until": min(until, (now // _DAY + 1) * _DAY),
            "stamps": stamps,
            "outputs": outputs,
            "lists": [_data(one) for one in result.lists],
        }
        with suppress(FlashgenError, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_text(self._path, json.dumps(kept))

    @property
    def _path(self) -> Path:
        parts = [__version__, repr(self.settings), self.asked, *(str(place.path) for place in self.places)]
        return self.root / ".flashgen" / "sealed" / f"{digest(parts)}.json"

    def _stamps(self, outputs: Iterable[str]) -> dict[str, list[int]] | None:
        """The stamp of every file that a build looks at; None where it has to ask a running Anki."""
        collections = reading_back.where(self.settings.anki)
        if collections is None:
            return None
        beside = [Path(f"{path}{ending}") for path in collections for ending in _ASIDE]
        files = [*self._workspace(), *collections, *beside, *map(Path, outputs)]
        return {str(path): _stamp(path) for path in files}

    def _workspace(self) -> Iterator[Path]:
        """The files of all lists: what stands in another one decides where a link is at home, too."""
        for place in dict.fromkeys((*self.places, *every(self.root), *deserted(self.root))):
            yield place.path
            yield place.home / "sources.json"
            yield place.home / "sources.journal"
            yield place.home / "cards"
            yield from _within(place.home / "cards")


def until(records: Iterable[LinkRecord]) -> int:
    """When the first failed link is to be asked again, in seconds since 1970; far away where there is none."""
    return min((record.retry_at for record in records if record.state is LinkState.FAILED), default=1 << 40)


def _within(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _stamp(path: Path) -> list[int]:
    try:
        about = os.stat(path)
    except OSError:
        return []
    return [about.st_mtime_ns, about.st_size, about.st_ino]


def _data(one: ListResult) -> dict[str, Any]:
    """What stays true of a list while nothing happens."""
    links = dataclasses.replace(one.links, new=0, changed=0, unchanged=0)
    return {
        "name": one.name,
        "topics": one.topics,
        "links": dataclasses.asdict(links),
        "total": one.cards.total,
        "problems": [dataclasses.asdict(problem) for problem in one.problems],
        "outputs": one.outputs,
        "read": one.anki.read,
    }


def _result(data: dict[str, Any]) -> ListResult:
    return ListResult(
        name=data["name"],
        topics=data["topics"],
        links=LinkCounts(**data["links"]),
        cards=CardCounts(total=data["total"]),
        problems=[Problem(**problem) for problem in data["problems"]],
        outputs=data["outputs"],
        anki=AnkiNews(read=data["read"]),
    )
