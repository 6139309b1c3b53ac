"""What a page really is: an article, or a shop, a wall, a profile, an error page, a shell without text.

Found in the answer, in its structure and its wording, never in a list of hosts. An article must never be taken for
something else; where nothing is sure, the page is an article.
"""

from __future__ import annotations

from dataclasses import replace

from flashgen.sources.content import Content, Nature
from flashgen.sources.nature.judging import RULES
from flashgen.sources.nature.look import Look
from flashgen.sources.nature.survey import Survey, prose, survey
from flashgen.types import Page

__all__ = ["Nature", "Survey", "judge", "judged", "survey"]


def judge(page: Survey, markdown: str, url: str, asked: str = "") -> Nature | None:
    """What the page at `url` is, reached by asking for `asked`; None for an article. `markdown` is its main text."""
    look = Look(page, prose(markdown), url, asked or url)
    for rule in RULES:
        if reason := rule.seen(look):
            return Nature(rule.name, reason, rule.dead, rule.passing)
    return None


def judged(page: Page, content: Content) -> Content:
    """`content` of a web page with its nature, and without the survey, which nobody needs any more."""
    if content.survey is None:
        return content
    nature = judge(content.survey, content.markdown, page.final_url, page.url)
    return replace(content, survey=None, nature=nature)
