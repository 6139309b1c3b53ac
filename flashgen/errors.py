"""Every error that flashgen raises on purpose.

    FlashgenError                 a message for a person, and the exit status that goes with it
    ├── UsageError                what was asked can't be meant (exit status 2)
    │   ├── SettingsError         flashgen.toml, with its path
    │   └── NoSuchList            LIST names nothing
    ├── FileError                 a file of the workspace, with its path and, if known, the line
    ├── Conflict                  a card was changed elsewhere while a person judged it
    ├── AnkiError                 Anki's collection or AnkiConnect can't be read or written
    ├── Locked                    another run holds the workspace
    ├── ModelError                the model can't be used at all
    ├── CallFailed                one call to the model gave nothing; a value for the section, never the run's end
    │   └── Deferred              the answer comes with a later run
    ├── BadReply                  a model's reply can't be used; a ValueError too
    ├── OverBudget                the next call would pass max_cost (exit status 4)
    ├── Interrupted               the person broke the run off (exit status 130)
    └── LinkError                 one link; a value for the run, never its end
        ├── Skipped               it is not an article
        ├── Refused               it is not safe to ask
        ├── Failed                it may work another time
        └── Gone                  it says that it is gone for good

Each says what happened and what to do about it; the command group prints it once.
NotModified stands beside the tree: it is good news about a link.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class FlashgenError(Exception):
    """The base of all errors that are meant for a person. Its text is the message."""

    exit_status: ClassVar[int] = 1


class UsageError(FlashgenError):
    """What the person asked for can't be meant; the message says what to write instead."""

    exit_status: ClassVar[int] = 2


class SettingsError(UsageError):
    """flashgen.toml, an environment variable or an option holds something that can't be used."""


class NoSuchList(UsageError):
    """LIST is neither a reading list, nor its folder, nor a name under decks/."""


class FileError(FlashgenError):
    """A file of the workspace can't be read or written: `path`, and `line` (from 1) where known."""

    def __init__(self, path: Path, reason: str, *, line: int | None = None) -> None:
        self.path = path
        self.reason = reason
        self.line = line
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {reason}")


class Conflict(FlashgenError):
    """A card was changed elsewhere after it was shown to the person who judged it; nothing was written."""

    def __init__(self, card_id: str, why: str) -> None:
        self.card_id = card_id
        super().__init__(why)


class AnkiError(FlashgenError):
    """Anki's collection, or AnkiConnect, can't be read or written; the message says which and what to do."""


class Locked(FlashgenError):
    """Another run is at work in this workspace."""


class ModelError(FlashgenError):
    """The language model can't be used: no key, no server, no weights, or a refusal of every call."""


class CallFailed(FlashgenError):
    """One call to the model gave nothing, after every try that was worth it; another call may well work."""


class Deferred(CallFailed):
    """The answer comes with a later run: the question is in a batch job, goes into the next one, or was not asked."""


class BadReply(FlashgenError, ValueError):
    """A model's reply can't be used: no JSON, cut short, a refusal, or not what was asked. Its text names the fault,
    in words that the model can be told."""


class OverBudget(FlashgenError):
    """The next call could pass the budget. Nothing that was paid for is lost."""

    exit_status: ClassVar[int] = 4


class Interrupted(FlashgenError):
    """The person pressed Ctrl-C. Everything that was finished is kept."""

    exit_status: ClassVar[int] = 130

    def __init__(self) -> None:
        super().__init__("broken off; what was finished is kept, and the next run goes on from here")


class LinkError(FlashgenError):
    """One link that gives no article: `url`, and `reason` in words for a person."""

    state: ClassVar[str] = "failed"

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class Skipped(LinkError):
    """Not an article (a shop, a sign-in page, a channel); asking again won't change that."""

    state: ClassVar[str] = "skipped"


class Refused(LinkError):
    """Not safe to ask, or not http(s); decided before a byte is sent."""

    state: ClassVar[str] = "refused"


class Failed(LinkError):
    """No article this time. `retry_after` is the server's own wish in seconds, if it has one; `dead` says that the
    page or its whole host seems to be no more, so that an archived copy is worth looking for."""

    def __init__(self, url: str, reason: str, *, retry_after: float | None = None, dead: bool = False) -> None:
        super().__init__(url, reason)
        self.retry_after = retry_after
        self.dead = dead


class NotStored(Failed):
    """Nobody may be asked, and the cache hasn't the page: nothing is known of it, not even whether it is there."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "is not in the cache; run without --offline")


class Gone(LinkError):
    """The server says that it is gone for good (410)."""

    state: ClassVar[str] = "gone"


def is_dead(error: LinkError) -> bool:
    """Whether the page or its whole host is no more, so that an archived copy is worth looking for."""
    return isinstance(error, Gone) or (isinstance(error, Failed) and error.dead)


class NotModified(Exception):
    """The one page that a link was read from hasn't changed since (304), and its text isn't at hand: a signal, not
    an error. What the ledger knows of the link still holds; `final_url` is where the page was found."""

    def __init__(self, url: str, final_url: str) -> None:
        self.url = url
        self.final_url = final_url
        super().__init__(f"{url}: not modified")
