"""The values that flow through flashgen. All are frozen; none knows the outside world."""

from __future__ import annotations

from flashgen.types.cards import Card, Draft, Example, Finding, Idea, Judged, Kind, Passage, Proposal, Status, Verdict
from flashgen.types.exchange import AnkiNews, BothChanged, NamedNote, PushResult, TakenOver
from flashgen.types.model import Complete, Message, Prompt, Reply, Usage
from flashgen.types.reading import Link, LinkOptions, Note, ReadingList, Topic
from flashgen.types.web import Article, Get, Page, Section, Validators

__all__ = [
    "AnkiNews",
    "Article",
    "BothChanged",
    "Card",
    "Complete",
    "Draft",
    "Example",
    "Finding",
    "Get",
    "Idea",
    "Judged",
    "Kind",
    "Link",
    "LinkOptions",
    "Message",
    "NamedNote",
    "Note",
    "Page",
    "Passage",
    "Prompt",
    "Proposal",
    "PushResult",
    "ReadingList",
    "Reply",
    "Section",
    "Status",
    "TakenOver",
    "Topic",
    "Usage",
    "Validators",
    "Verdict",
]
