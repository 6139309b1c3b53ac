"""The article page: the whole text with every quote marked, and a card drafted from a sentence."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from flashgen.errors import LinkError
from flashgen.web.asked import told
from flashgen.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    """The routes of the article page."""

    async def page(request: Request) -> Response:
        site.desk.index.sync()
        list_name, source = request.query_params.get("list", ""), request.query_params.get("source", "")
        if list_name not in site.desk.lists:
            return HTMLResponse(site.html("missing.html", why="this list is not on the desk"), 404)
        try:
            study = await site.desk.studies.study(list_name, source)
        except LinkError as error:
            return HTMLResponse(site.html("missing.html", why=error.reason), 404)
        return HTMLResponse(site.html("article.html", study=study))

    async def draft(request: Request) -> Response:
        asked = await told(request)
        list_name, source = str(asked.get("list", "")), str(asked.get("source", ""))
        drafted = await site.desk.studies.draft(list_name, source, str(asked.get("text", ""))[:2000])
        site.desk.index.sync()
        shown = site.desk.show(site.desk.index.named(list_name, drafted.card.id))
        return JSONResponse({"html": site.html("drafted.html", shown=shown, drafted=drafted)})

    return [Route("/article", page), Route("/draft", draft, methods=["POST"])]
