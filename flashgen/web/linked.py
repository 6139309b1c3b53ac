"""The links page: every link of the lists with its state, and what can be done about it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from flashgen.ledger import LinkState
from flashgen.web.asked import told
from flashgen.web.site import Site

MOST = 500
"""Links on one page."""


def routes(site: Site) -> list[BaseRoute]:
    """The routes of the links page."""

    async def page(request: Request) -> Response:
        site.desk.index.sync()
        state, text = request.query_params.get("state", ""), request.query_params.get("text", "").strip()
        everything = site.desk.links.rows()
        states = {str(each): sum(row.record.state == each for row in everything) for each in LinkState}
        words = text.casefold().split()
        rows = [row for row in everything if not state or row.record.state == state]
        rows = [row for row in rows if all(word in _said(row.item.url, row.record.title) for word in words)]
        start = max(0, int(request.query_params.get("from", "0") or 0)) if _is_number(request) else 0
        shown = rows[start : start + MOST]
        values = {"rows": shown, "count": len(rows), "start": start, "most": MOST, "states": states}
        return HTMLResponse(site.html("links.html", **values, total=len(everything), state=state, text=text))

    async def again(request: Request) -> Response:
        asked = await told(request)
        row = await site.desk.links.ask_again(str(asked.get("list", "")), str(asked.get("url", "")))
        return JSONResponse({"html": site.html("link.html", row=row)})

    async def skip(request: Request) -> Response:
        asked = await told(request)
        list_name, url = str(asked.get("list", "")), str(asked.get("url", ""))
        row = site.desk.links.skip(list_name, url, skip=bool(asked.get("skip")))
        return JSONResponse({"html": site.html("link.html", row=row)})

    return [
        Route("/links", page),
        Route("/links/again", again, methods=["POST"]),
        Route("/links/skip", skip, methods=["POST"]),
    ]


def _said(url: str, title: str) -> str:
    return f"{url} {title}".casefold()


def _is_number(request: Request) -> bool:
    return request.query_params.get("from", "0").isdecimal()
