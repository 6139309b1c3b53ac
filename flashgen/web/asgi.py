"""The review as an ASGI application: which page answers at which address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from flashgen.anki import typeset
from flashgen.anki.preview import css
from flashgen.app.review import Desk
from flashgen.errors import Conflict, FlashgenError
from flashgen.web import STATIC, article, linked
from flashgen.web.site import Site


def site(desk: Desk) -> Starlette:
    """The ASGI application over a desk, which it closes at its end."""
    pages = Site(desk)
    routes = [
        Route("/", pages.page),
        Route("/next", pages.next),
        Route("/aside", pages.aside),
        Route("/near", pages.near),
        Route("/check", pages.check, methods=["POST"]),
        Route("/decide", pages.decide, methods=["POST"]),
        Route("/bulk", pages.bulk, methods=["POST"]),
        Route("/undo", pages.undo, methods=["POST"]),
        Route("/card.css", _card_css),
        Route("/math.js", _math_js),
        *article.routes(pages),
        *linked.routes(pages),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await desk.aclose()

    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={FlashgenError: _told})


async def _card_css(request: Request) -> Response:
    return Response(css(), media_type="text/css")


async def _math_js(request: Request) -> Response:
    return Response(typeset.script(), media_type="text/javascript")


async def _told(request: Request, error: Exception) -> Response:
    """What went wrong, in one sentence."""
    status = 409 if isinstance(error, Conflict) else 400
    return JSONResponse({"error": str(error)}, status)
