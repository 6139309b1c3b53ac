"""Fetching with a memory: what is asked, what is served, and what an article was read from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from servers import checked

from flashgen.errors import Failed, Gone, LinkError, NotModified, Skipped
from flashgen.fetch import CachedGet, archived
from flashgen.types import Page, Validators

A, B = "https://example.org/a", "https://example.org/b"
ONE, TWO = Validators('"1"'), Validators('"2"')
NONE = Validators()


class Web:
    """Pages by address; what was asked, with which validators."""

    def __init__(self, pages: Mapping[str, Page | LinkError]) -> None:
        self.pages = dict(pages)
        self.asked: list[tuple[str, Validators]] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def __call__(self, url: str, *, accept: str = "", validators: Validators = NONE) -> Page:
        self.asked.append((url, validators))
        await self.hold.wait()
        page = self.pages[url]
        if isinstance(page, LinkError):
            raise page
        if validators and validators == page.validators:
            return replace(page, body=b"", content_type="", unchanged=True)
        return page


class Memory:
    """A store in a dict."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], Page] = {}

    async def get(self, url: str, accept: str = "") -> Page | None:
        return self.pages.get((url, accept))

    async def validators(self, url: str, accept: str = "") -> Validators:
        page = self.pages.get((url, accept))
        return page.validators if page else NONE

    async def put(self, page: Page, accept: str = "") -> None:
        self.pages[page.url, accept] = page


def page(url: str = A, body: bytes = b"text", validators: Validators = ONE, final_url: str = "") -> Page:
    return Page(url, final_url or url, body, "text/html", validators)


def test_a_known_page_is_asked_about() -> None:
    """The server is always asked; where it says "unchanged", the stored body is served, marked as such."""

    async def go() -> None:
        web = Web({A: page()})
        get = CachedGet(web, Memory())
        assert await get(A) == page()
        assert await get(A) == replace(page(), unchanged=True)
        assert web.asked == [(A, NONE), (A, ONE)]

    checked(go)


def test_stale_text_is_never_served() -> None:
    """A changed page comes new, and a failing server is a failure, whatever is stored."""

    async def go() -> None:
        web = Web({A: page()})
        get = CachedGet(web, Memory())
        await get(A)
        web.pages[A] = page(body=b"new", validators=TWO)
        assert (await get(A)).body == b"new"
        web.pages[A] = Failed(A, "down")
        with pytest.raises(Failed, match="down"):
            await get(A)

    checked(go)


def test_a_page_without_validators_comes_anew() -> None:
    """There is nothing to ask with."""

    async def go() -> None:
        web = Web({A: page(validators=NONE)})
        get = CachedGet(web, Memory())
        for _ in range(2):
            assert not (await get(A)).unchanged
        assert web.asked == [(A, NONE)] * 2

    checked(go)


def test_unchanged_elsewhere_is_not_unchanged() -> None:
    """A link that leads to another page now is fetched, though that page hasn't changed since the same date."""

    async def go() -> None:
        store, date = Memory(), Validators(last_modified="Mon, 02 Nov 2026 10:00:00 GMT")
        await store.put(page(validators=date, final_url=B))
        web = Web({A: page(validators=date, final_url=A)})
        assert not (await CachedGet(web, store)(A)).unchanged
        assert web.asked == [(A, date), (A, NONE)]

    checked(go)


def test_a_moved_page_may_be_unchanged() -> None:
    """Its ETag says that it is the same page (sign-ins that lead back add something new to the address each time)."""

    async def go() -> None:
        store = Memory()
        await store.put(page(final_url=f"{A}?gi=1"))
        web = Web({A: page(final_url=f"{A}?gi=2")})
        found = await CachedGet(web, store)(A)
        assert found.unchanged
        assert found.final_url == f"{A}?gi=2"
        assert web.asked == [(A, ONE)]

    checked(go)


def test_accept_is_part_of_the_question() -> None:
    """Two forms of one page are two pages."""

    async def go() -> None:
        store = Memory()
        get = CachedGet(Web({A: page()}), store)
        await get(A)
        await get(A, accept="application/json")
        assert set(store.pages) == {(A, ""), (A, "application/json")}

    checked(go)


def test_offline() -> None:
    """Offline, what is stored is served and nobody is asked; what isn't stored is told."""

    async def go() -> None:
        store, web = Memory(), Web({})
        await store.put(page())
        get = CachedGet(web, store, offline=True)
        assert (await get(A)).body == b"text"
        assert (await get.visit({A: TWO}, only_changes=True)(A)).body == b"text"
        for nobody in (get, CachedGet(web, offline=True)):
            with pytest.raises(Failed, match="run without --offline"):
                await nobody(B)
        assert web.asked == []

    checked(go)


def test_the_same_question_is_sent_once() -> None:
    """Whoever asks for a page that is on its way gets that answer, be it a page or a failure."""

    async def go() -> None:
        web = Web({A: page(), B: Gone(B, "gone")})
        web.hold.clear()
        get = CachedGet(web, Memory())
        asking = [asyncio.create_task(get(url)) for url in (A, A, A, B, B)]
        await asyncio.sleep(0.01)
        web.hold.set()
        results = await asyncio.gather(*asking, return_exceptions=True)
        assert results[:3] == [page()] * 3
        assert all(isinstance(result, Gone) for result in results[3:])
        assert len(web.asked) == 2

    checked(go)


def test_who_gives_up_doesnt_take_the_others_along() -> None:
    """The request goes on while somebody waits for it, and ends when nobody does."""

    async def go() -> None:
        web = Web({A: page()})
        web.hold.clear()
        get = CachedGet(web)
        first, second = asyncio.create_task(get(A)), asyncio.create_task(get(A))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0.01)
        web.hold.set()
        assert await second == page()

        web.hold.clear()
        third = asyncio.create_task(get(A))
        await asyncio.sleep(0.01)
        third.cancel()
        with pytest.raises(asyncio.CancelledError):
            await third
        web.hold.set()
        assert await get(A) == page()
        assert len(web.asked) == 3

    checked(go)


def test_a_visit_notes_what_was_read() -> None:
    """Every page with its validators, those without any too; the article has changed unless every page is as known."""

    async def go() -> None:
        web = Web({A: page(), B: page(B, validators=NONE)})
        visit = CachedGet(web, Memory()).visit()
        await visit(A)
        await visit(B, accept="application/json")
        assert visit.validators == {A: ONE, f"{B} application/json": NONE}
        assert not visit.unchanged

    checked(go)


def test_an_unchanged_article_of_several_pages() -> None:
    """With the bodies at hand it is read again, and known to be unchanged."""

    async def go() -> None:
        web = Web({A: page(), B: page(B)})
        get = CachedGet(web, Memory())
        await get(A), await get(B)
        visit = get.visit({A: ONE, B: ONE})
        assert (await visit(A)).body == b"text"
        await visit(B)
        assert visit.unchanged
        assert web.asked[2:] == [(A, ONE), (B, ONE)]

    checked(go)


@pytest.mark.parametrize("known", [{}, {A: TWO}, {B: ONE}])
def test_unchanged_means_since_the_last_reading(known: dict[str, Validators]) -> None:
    """What the cache knows and the ledger doesn't has changed, as far as the cards are concerned."""

    async def go() -> None:
        get = CachedGet(Web({A: page()}), Memory())
        await get(A)
        visit = get.visit(known)
        assert (await visit(A)).unchanged
        assert not visit.unchanged

    checked(go)


@pytest.mark.parametrize("store", [None, Memory()])
def test_refresh_without_a_cache(store: Memory | None) -> None:
    """One page, known to the ledger, unchanged, its text nowhere: that is said, and costs no body."""

    async def go() -> None:
        web = Web({A: page(final_url=B)})
        visit = CachedGet(web, store).visit({A: ONE})
        with pytest.raises(NotModified) as signal:
            await visit(A)
        assert signal.value.final_url == B
        assert visit.unchanged
        assert visit.validators == {A: ONE}
        assert web.asked == [(A, ONE)]

    checked(go)


def test_a_changed_page_without_a_cache() -> None:
    """It comes at the first request."""

    async def go() -> None:
        web = Web({A: page(validators=TWO, body=b"new")})
        visit = CachedGet(web, Memory()).visit({A: ONE})
        assert (await visit(A)).body == b"new"
        assert not visit.unchanged
        assert visit.validators == {A: TWO}
        assert web.asked == [(A, ONE)]

    checked(go)


def test_only_changes() -> None:
    """Who wants only changes is told "unchanged" at once, though the text is stored."""

    async def go() -> None:
        get = CachedGet(Web({A: page()}), Memory())
        await get(A)
        with pytest.raises(NotModified):
            await get.visit({A: ONE}, only_changes=True)(A)
        assert (await get.visit({A: ONE})(A)).body == b"text"

    checked(go)


def test_several_pages_without_a_cache_come_anew() -> None:
    """Which of them matter can't be known, so all are fetched; the same after a page that the ledger doesn't know."""

    async def go() -> None:
        web = Web({A: page(), B: page(B)})
        visit = CachedGet(web).visit({A: ONE, B: ONE})
        assert (await visit(A)).body == (await visit(B)).body == b"text"
        visit = CachedGet(web).visit({A: ONE}, only_changes=True)
        await visit(B)
        assert (await visit(A)).body == b"text"

    checked(go)


@pytest.mark.parametrize("answer", [Failed("x", "not found (404)", dead=True), Gone("x", "gone"), Skipped("x", "no")])
def test_no_archived_copy(answer: LinkError) -> None:
    """Whatever keeps the archive from answering: then there is no copy."""

    async def go() -> None:
        web = Web({f"https://web.archive.org/web/2id_/{A}": answer})
        assert await archived(A, CachedGet(web)) is None

    checked(go)


def test_an_archived_copy() -> None:
    """The latest one, as it was archived."""

    async def go() -> None:
        copy = "https://web.archive.org/web/20200101000000id_/" + A
        asked = f"https://web.archive.org/web/2id_/{A}"
        found = await archived(A, CachedGet(Web({asked: page(asked, final_url=copy)})))
        assert found is not None
        assert found.final_url == copy

    checked(go)
