"""Articles for benches of whole builds, each made of sentences when it is asked for."""

from __future__ import annotations

import random

import website
from scale import sentence


def page(chance: random.Random, sections: int) -> tuple[str, ...]:
    """The paragraphs of an article with so many sections of about 90 words."""
    parts: list[str] = []
    for number in range(sections):
        parts.append(f"## Part {number}: {sentence(chance, 3)}")
        parts.append(" ".join(sentence(chance, 15) for _ in range(6)))
    return tuple(parts)


class Pages(dict[str, website.Answer]):
    """An article of so many sections at every address, made when it is asked for."""

    def __init__(self, sections: int) -> None:
        super().__init__()
        self.sections = sections

    def get(self, path: str, default: website.Answer | None = None) -> website.Answer | None:  # type: ignore[override]
        if path == "/robots.txt":
            return default
        chance = random.Random(path)
        return website.Answer(website.page(f"Article {path}", *page(chance, self.sections)))
