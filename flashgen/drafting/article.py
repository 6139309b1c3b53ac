"""A whole article drafted: what its passages have in common, and its sections asked for side by side."""

from __future__ import annotations

from dataclasses import dataclass

from flashgen.sections import without_marks
from flashgen.selection import EVERYTHING, Selection
from flashgen.types import Article, Passage, Section, Topic


@dataclass(frozen=True, slots=True)
class Context:
    """What all passages of an article have in common. `language` is that of the cards where a person has set one;
    `focus` is what they want of this source in particular."""

    article: Article
    url: str
    topic: Topic = ()
    language: str = ""
    focus: str = ""

    def passage(self, section: Section, selection: Selection = EVERYTHING) -> Passage:
        """A section as the model is shown it and gates judge by it."""
        return Passage(
            text=without_marks(section.text),
            path=section.path,
            topic=self.topic,
            title=self.article.title,
            url=self.url,
            language=self.language or self.article.language,
            source_language=self.article.language,
            focus=self.focus,
            kind=self.article.kind,
            outline=selection.outline if selection.ideas else (),
            ideas=tuple(idea.text for idea in selection.ideas),
            here=selection.here(section),
        )
