"""Fetch an address like a good neighbour: safely, politely, within bounds, again where that may help."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from urllib.parse import unquote

import anyio

from flashgen.errors import Refused, SettingsError, Skipped
from flashgen.fetch.body import BadEncoding
from flashgen.fetch.dial import Connect, Resolve, SystemResolver, system_connect
from flashgen.fetch.exchange import Exchange, Trip
from flashgen.fetch.politeness import Place, Politeness, alone
from flashgen.fetch.proxies import Proxies
from flashgen.fetch.robots import MAX_BYTES, Robots
from flashgen.fetch.safety import Target, Unsafe, check
from flashgen.fetch.transport import Connections, tls_context
from flashgen.fetch.trouble import Trouble
from flashgen.settings import FetchSettings
from flashgen.types import Page, Validators

ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.8,*/*;q=0.5"

_NO_VALIDATORS = Validators()
_BACK_OFF = 0.5
_ROBOTS_SECONDS = 10.0
_ROBOTS_REDIRECTS = 5


class Fetcher:
    """Fetches pages; one serves a whole run: `async with Fetcher(settings) as fetch: page = await fetch(url)`.

    `resolve` looks names up and `connect` opens connections, both only for addresses found safe; `env` holds the
    proxies and certificates; `place` is leave from others who ask the same hosts. `clock` and `sleep` are in seconds,
    `rng` gives numbers from 0 to 1.
    Raises SettingsError where settings or environment can't be meant.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        resolve: Resolve | None = None,
        connect: Connect | None = None,
        env: Mapping[str, str] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        rng: Callable[[], float] = random.random,
        place: Place = alone,
    ) -> None:
        environment = os.environ if env is None else env
        agent = _user_agent(settings)
        proxies = Proxies.from_environment(environment)
        self._settings = settings
        self._sleep, self._clock, self._rng = sleep, clock, rng
        self._resolver = SystemResolver()
        self._connections = Connections(
            resolve=resolve or self._resolver,
            connect=connect or system_connect,
            proxy_for=proxies.lead,
            tls=lambda: tls_context(environment),
            checked=not settings.allow_private,
            clock=clock,
        )
        self._exchange = Exchange(settings, self._connections, proxies, agent)
        self._robots = Robots(self._ask_robots, agent.partition("/")[0], clock=clock)
        self._polite = Politeness(
            settings.per_host,
            settings.total,
            patience=settings.attempts,
            max_wait=settings.max_wait,
            clock=clock,
            sleep=sleep,
            place=place,
        )

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resolver.close()
        await self._connections.aclose()

    async def __call__(self, url: str, *, accept: str = "", validators: Validators = _NO_VALIDATORS) -> Page:
        """The page at `url`, after redirects; with `validators` it may be one without a body, `unchanged`.

        Raises LinkError, with a reason for a person.
        """
        trip = Trip(url, accept or ACCEPT, validators, self._settings.deadline)
        try:
            return await self._travel(trip)
        except Trouble as trouble:
            error = trouble.as_link_error(url)
        raise error  # without its history, which would keep what was read in memory for as long as the error is kept

    async def _travel(self, trip: Trip) -> Page:
        """Follow redirects to the page: every hop is checked, allowed by its robots.txt, and in its host's turn."""
        target = self._checked(trip.url)
        came_from = ""
        seen = set()
        for _ in range(self._settings.max_redirects + 1):
            question = (target.url, trip.cookie_header(target))  # the same address with a new cookie is no circle
            if question in seen:
                raise Trouble("redirects in a circle")
            seen.add(question)
            await self._ask_leave(target, trip, came_from)
            answer = await self._persist(target, trip)
            if isinstance(answer, Page):
                return answer
            came_from, target = target.host, self._checked(answer, base=target.url)
        raise Trouble(f"redirects more than {self._settings.max_redirects} times")

    def _checked(self, url: str, base: str = "") -> Target:
        try:
            return check(url, base=base, allow_private=self._settings.allow_private)
        except Unsafe as unsafe:
            where = "redirects to an address that " if base else ""
            raise Trouble(f"{where}{unsafe}", kind=Refused) from None

    async def _ask_leave(self, target: Target, trip: Trip, came_from: str) -> None:
        """Keep to the robots.txt of `target`. Raises Trouble where it says no.

        It may say no to an address that only sends people back to where they came from (blogs that share sign-ins
        do that): such an address is passed through, though no page is read there.
        """
        trip.unread = ""
        if not self._settings.robots:
            return
        if not await self._robots.allow(target):
            trip.unread = f"robots.txt of {target.site} does not allow it"
            leads_back = came_from and came_from in unquote(target.url.partition("?")[2])
            if not leads_back:
                raise Trouble(trip.unread, kind=Skipped)
        self._polite.space(target, await self._robots.delay(target))

    async def _persist(self, target: Target, trip: Trip) -> Page | str:
        """Ask until there is a page or an address to go on to. Raises Trouble when asking again won't help."""
        while True:
            try:
                return await self._attempt(target, trip)
            except Trouble as trouble:
                trip.failures += 1
                if isinstance(trouble, BadEncoding):
                    trip.encoding = "identity"
                put_off = trouble.wait is not None and trouble.wait > self._settings.max_wait
                if put_off or not trouble.passing or trip.failures >= self._settings.attempts or trip.left <= 0:
                    raise
                back_off = self._rng() * _BACK_OFF * 2**trip.failures
                wait = back_off if trouble.wait is None else trouble.wait
            await self._sleep(wait)

    async def _attempt(self, target: Target, trip: Trip) -> Page | str:
        """Ask once, when it is `target`'s turn, within the time that the trip has left."""
        async with self._polite.turn(target):
            began = self._clock()
            try:
                with anyio.fail_after(trip.left) as limit:
                    answer = await self._exchange.page(target, trip, limit)
            except TimeoutError:
                raise Trouble(trip.trouble or f"takes longer than {self._settings.deadline:g} seconds") from None
            except Trouble as trouble:
                trip.trouble = trouble.reason
                self._polite.note(target, trouble)
                if trouble.status == 403 and self._polite.unwelcome(target):
                    raise trouble.passed() from None
                raise
            finally:
                trip.left -= self._clock() - began
            self._polite.note(target, None)
            return answer

    async def _ask_robots(self, target: Target) -> tuple[int, bytes]:
        """The robots.txt for `target`, asked once. Raises Trouble."""
        where = self._checked("/robots.txt", base=target.url)
        for _ in range(_ROBOTS_REDIRECTS + 1):
            async with self._polite.turn(where):
                try:
                    with anyio.fail_after(min(_ROBOTS_SECONDS, self._settings.deadline)):
                        status, content, location = await self._exchange.head(where, MAX_BYTES)
                except TimeoutError:
                    raise Trouble("robots.txt doesn't come in time") from None
                except Trouble as trouble:
                    self._polite.note(where, trouble)
                    raise
            if not location:
                return status, content
            where = self._checked(location, base=where.url)
        return 404, b""  # RFC 9309, section 2.3.1.2: after five redirects it counts as not there


def _user_agent(settings: FetchSettings) -> str:
    agent = settings.user_agent.replace("{contact}", settings.contact).strip()
    if not agent or not agent.isascii() or not agent.isprintable():
        raise SettingsError("fetch.user_agent and fetch.contact must be plain ASCII text, and not empty")
    return agent
