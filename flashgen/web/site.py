"""The pages and what they ask for: each takes a request apart, asks the desk, and fills a template."""

from __future__ import annotations

import json
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from flashgen.app.review import Desk
from flashgen.desk.index import Found
from flashgen.desk.queue import STATES, Filter
from flashgen.errors import Conflict
from flashgen.judging import Rank
from flashgen.web.asked import decision, query, told, wanted, wording
from flashgen.web.words import REASONS, ago, asked, heading, host, soon, topic, written


class Site:
    """The pages over a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._templates = Environment(loader=PackageLoader("flashgen.web"), autoescape=True, trim_blocks=True)
        self._templates.filters |= {
            "topic": topic,
            "ago": ago,
            "host": host,
            "heading": heading,
            "soon": soon,
            "safe_html": Markup,
            "asked": asked,
            "written": written,
        }
        self._templates.globals |= {"REASONS": REASONS, "STATES": STATES, "Rank": Rank}

    def html(self, template: str, **values: Any) -> str:
        """A template filled in."""
        return self._templates.get_template(template).render(desk=self.desk, **values)

    async def page(self, request: Request) -> Response:
        """The whole page, with the card that is asked for or the first that waits."""
        self.desk.index.sync()
        asked = wanted(request)
        found = self._named(request) or self.desk.queue.first(asked)
        overview = self.desk.queue.overview(asked)
        return HTMLResponse(
            self.html("review.html", wanted=asked, query=query(asked), overview=overview, card=self._card(asked, found))
        )

    async def next(self, request: Request) -> Response:
        """The card after, or before, or of the next article."""
        self.desk.index.sync()
        asked, there = wanted(request), self._named(request)
        queue = self.desk.queue
        if there is None:
            return self._answer(asked, queue.first(asked))
        step = request.query_params.get("step", "next")
        if step == "article":
            return self._answer(asked, queue.after_source(asked, there))
        beside = queue.before if step == "previous" else queue.after
        return self._answer(asked, beside(asked, there.place, but=there.card.id) or there)

    async def aside(self, request: Request) -> Response:
        """What stands beside a card: its passage with the quote marked."""
        found = self._named(request)
        if found is None:
            return HTMLResponse("")
        passage = await self.desk.passage(found)
        return HTMLResponse(self.html("aside.html", shown=self.desk.show(found), passage=passage))

    async def near(self, request: Request) -> Response:
        """The cards that say nearly the same as one."""
        found = self._named(request)
        near = [self.desk.show(each) for each in await self.desk.near(found.card)] if found else []
        return HTMLResponse(self.html("near.html", near=near))

    async def check(self, request: Request) -> Response:
        """The gates' word on what is being typed, and how it will look."""
        asked = await told(request)
        found = self.desk.index.named(str(asked.get("list", "")), str(asked.get("id", "")))
        article = self.desk.articles.at_hand(found.list_name, found.card.source)
        texts = wording(asked)
        judged = self.desk.judged(found, texts, article)
        findings = self.html("findings.html", findings=judged.findings)
        preview = self.html("preview.html", previews=self.desk.previews(found, texts))
        return JSONResponse({"preview": preview, "findings": findings})

    async def decide(self, request: Request) -> Response:
        """A decision carried out, and the card that comes next."""
        asked = await told(request)
        where = wanted(asked.get("query", ""))
        made = decision(asked)
        found = self.desk.index.named(made.list_name, made.card_id)
        try:
            done = self.desk.decide(made)
        except Conflict as conflict:
            there = self.desk.index.find(made.list_name, made.card_id)
            return self._answer(where, there, status=409, conflict=str(conflict))
        following = self.desk.queue.after(where, found.place, but=found.card.id)
        return self._answer(where, following, said=done.said, undo=done.undo)

    async def bulk(self, request: Request) -> Response:
        """All waiting cards of an article accepted or rejected."""
        asked = await told(request)
        where = wanted(asked.get("query", ""))
        found = self.desk.index.named(str(asked.get("list", "")), str(asked.get("id", "")))
        following = self.desk.queue.after_source(where, found)
        done = self.desk.decide_article(str(asked.get("action", "")), found.list_name, found.card.source)
        return self._answer(where, following or self.desk.queue.first(where), said=done.said, undo=done.undo)

    async def undo(self, request: Request) -> Response:
        """The last decision of this window taken back, and its card again."""
        asked = await told(request)
        done = self.desk.undo(str(asked.get("undo", "")))
        there = self.desk.index.find(str(asked.get("list", "")), str(asked.get("id", "")))
        return self._answer(wanted(asked.get("query", "")), there, said=done.said)

    def _named(self, request: Request) -> Found | None:
        name, card_id = request.query_params.get("list", ""), request.query_params.get("id", "")
        return self.desk.index.find(name, card_id) if name in self.desk.lists else None

    def _answer(self, asked: Filter, found: Found | None, *, status: int = 200, **words: str) -> Response:
        left = self.desk.queue.count(asked)
        html = self._card(asked, found, words.get("conflict", ""))
        body = {"html": html, "left": left, "problems": self.desk.index.problems, **words}
        return Response(json.dumps(body), status, media_type="application/json")

    def _card(self, asked: Filter, found: Found | None, conflict: str = "") -> Markup:
        left = self.desk.queue.count(asked)
        shown = self.desk.show(found) if found else None
        judged, seconds = self.desk.pace()
        values = {"shown": shown, "left": left, "judged": judged, "seconds": seconds, "conflict": conflict}
        return Markup(self.html("card.html", wanted=asked, query=query(asked), **values))
