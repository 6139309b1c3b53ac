"""What a rule may look at, and the few questions that rules ask of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flashgen.sources.nature.survey import Prose, Survey
from flashgen.sources.nature.wording import phrases

_ARTICLES = frozenset(
    {"article", "newsarticle", "blogposting", "techarticle", "scholarlyarticle", "report", "review", "howto", "faqpage"}
    | {"qapage", "recipe", "opinionnewsarticle", "analysisnewsarticle", "reviewnewsarticle", "discussionforumposting"}
    | {"learningresource", "chapter", "apireference", "socialmediaposting", "og:article"}
)

_PARTED = re.compile(r"\s[|–—·/:-]\s|\s?[|»]\s?")


@dataclass(frozen=True, slots=True)
class Look:
    """A page as a whole, what its main text is made of, where it is and what was asked for."""

    page: Survey
    prose: Prose
    url: str
    asked: str

    @property
    def sentences(self) -> int:
        """Words of running text in the main text."""
        return self.prose.sentences

    @property
    def is_article(self) -> bool:
        """Whether the page calls itself an article in its machine-readable data."""
        return bool(self.page.types & _ARTICLES)

    def named(self, pattern: re.Pattern[str], length: int = 90) -> bool:
        """Whether the title or a first heading, or a part of one between bars and dashes, is short and matches."""
        parts = [
            part.strip() for name in self.page.names for part in [name, *re.split(r"\s[|–—·/:-]\s|\s?[|»]\s?", name)]
        ]
        return any(len(part) <= length and pattern.search(part) for part in parts if part)

    def says(self, kind: str) -> bool:
        """Whether a phrase of `kind` stands on the page, in its title or in its noscript."""
        texts = (*self.page.names, self.page.text[:20_000], self.page.facts.noscript)
        return any(phrases(kind).search(text) for text in texts)

    def hides(self, kind: str) -> bool:
        """Whether a phrase of `kind` stands in the source of the page."""
        return bool(phrases(kind).search(self.page.html))

    def count(self, kind: str) -> int:
        """How many different phrases of `kind` the page says."""
        return len({found.group(0).casefold() for found in phrases(kind).finditer(self.page.text)})

    def pressed(self, kind: str) -> int:
        """How many controls say a phrase of `kind`."""
        return sum(1 for label in self.page.controls if phrases(kind).search(label))
