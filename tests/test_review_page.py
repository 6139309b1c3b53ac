"""The review page in a real Chromium: judged by keyboard alone, on files that others change, with hostile cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python.sync_playwright")

import chromium
import llm_server
from axe_playwright_python.sync_playwright import Axe
from deck_samples import CACHING, READING_LIST, RECORDS
from deck_samples import card as sample
from llm_server import cards_from
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, expect, sync_playwright
from reviewing import reviewing
from test_stats import found
from workspaces import Workspace

from flashgen.carding import sealed
from flashgen.decks import decks
from flashgen.ledger import Ledger, LinkRecord, LinkState
from flashgen.outputs import output
from flashgen.pages.stats import render
from flashgen.store.cards import CardFiles, Change
from flashgen.store.ledger_file import LedgerFile
from flashgen.types import Card, Finding, Idea, Kind, Proposal, Status, Verdict

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not chromium.BROWSER, reason="no Chromium here")]

expect.set_options(timeout=60_000)  # a busy machine is no fault of the page
TOPIC = ("Design", "Caches")
QUOTE = "A write-through cache writes every change to the store before it answers."
ARTICLE = f"# Caches\n\n{'Some words on caches. ' * 30}\n\n## Writing\n\n{QUOTE} {'And more of it. ' * 40}\n"
HOSTILE: list[Any] = yaml.safe_load((Path(__file__).parent / "cases" / "hostile.yaml").read_text(encoding="utf-8"))


def card(name: str, **changes: Any) -> Card:
    """A draft that flashgen wrote."""
    base = Card(
        f"{name:0>16}", f"What does the {name} cache do?", f"It keeps {name}.", QUOTE, "caches.md", ("Writing",)
    )
    return sealed(
        replace(base, **{"status": Status.DRAFT, "created": 1_790_000_000, "changed": 1_790_000_000, **changes})
    )


CARDS = [
    card("first", findings=(Finding("vague", Verdict.WARN, "asks for a description"),)),
    card("second", question="What does a write-through cache do before it answers?", answer="It writes to the store."),
    card("third", question="What does a write-through cache do before answering?", answer="It writes to the store."),
    card("fourth", proposal=Proposal("What does the fourth cache hold?", "Copies.", QUOTE, "the text changed")),
    card("fifth"),
    card("sixth"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


def laid_out(root: Path, cards: list[Card]) -> Workspace:
    """A workspace with these cards, and the article that they come from."""
    made = Workspace(root)
    made.reading_list("# Design\n\n## Caches\n\n- [Caches](caches.md)\n")
    made.write("decks/demo/caches.md", ARTICLE)
    CardFiles(root / "decks" / "demo" / "cards").upsert(TOPIC, [Change(each) for each in cards])
    return made


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[tuple[Workspace, Page]]:
    """The page open over six cards, and the files behind it. Nothing but loopback may be asked, nothing may break."""
    made = laid_out(tmp_path, CARDS)
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        yield made, page
        page.context.close()
        assert faults_of(page) == []


def opened(browser: Browser, address: str, **options: Any) -> Page:
    """A window on the page. `faults` collects errors, and requests that leave the loopback."""
    page = browser.new_context(**options).new_page()
    faults: list[str] = []

    def refused(line: ConsoleMessage) -> None:
        if line.type == "error" and "409" not in line.text:
            faults.append(line.text)

    def left(asked: Request) -> None:
        if "//127.0.0.1:" not in asked.url:
            faults.append(asked.url)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", refused)
    page.on("request", left)
    page.faults = faults  # type: ignore[attr-defined]
    page.goto(address)
    settled(page)
    return page


def ready(page: Page, name: str) -> None:
    """Wait until the page with this name has taken the place of the one before, and listens."""
    expect(page.locator(f"html[data-ready={name}]")).to_be_attached()


def settled(page: Page) -> None:
    """Wait until the review page listens and all of its card stands there."""
    ready(page, "review")
    expect(page.locator("#aside")).not_to_have_attribute("aria-busy", "true")


def faults_of(page: Page) -> list[str]:
    """What went wrong in a window."""
    return list(page.faults)  # type: ignore[attr-defined]


def serious(page: Page) -> list[Any]:
    """What axe-core finds that is more than minor."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]])
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical", "moderate")
    ]


def shows(page: Page, name: str) -> None:
    """Wait for a card."""
    expect(page.locator("#judge")).to_have_attribute("data-id", f"{name:0>16}")
    settled(page)


def stored(made: Workspace, name: str) -> dict[str, Any]:
    """A card as its file has it."""
    return next(each for each in made.cards() if each["id"] == f"{name:0>16}")


def test_a_round_of_review_by_keyboard(desk: tuple[Workspace, Page]) -> None:
    """Warned first, then the proposal, then drafts: judged by single keys, each decision in the file at once."""
    made, page = desk
    shows(page, "first")
    expect(page.locator(".findings")).to_contain_text("asks for a description")
    expect(page.locator("mark.this")).to_contain_text("writes every change")
    page.keyboard.press("r")
    page.keyboard.press("2")
    shows(page, "fourth")
    assert stored(made, "first")["status"] == "rejected"
    assert "trivial" in stored(made, "first")["findings"][-1]["reason"]
    expect(page.locator("ins").first).to_have_text("hold")
    page.keyboard.press("a")
    shows(page, "second")
    assert stored(made, "fourth")["question"] == "What does the fourth cache hold?"
    page.keyboard.press("n")
    shows(page, "third")
    page.keyboard.press("p")
    shows(page, "second")
    page.keyboard.press("a")
    shows(page, "third")
    page.keyboard.press("u")
    shows(page, "second")
    assert stored(made, "second")["status"] == "draft"
    expect(page.locator("#said")).to_contain_text("Taken back")
    assert page.evaluate("document.activeElement.id") == "judge"


def test_an_edit_is_previewed_and_checked_while_it_is_typed(desk: tuple[Workspace, Page]) -> None:
    """The card changes as one types, the gates speak, and Ctrl+Enter saves what is then the person's."""
    made, page = desk
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("Is it **fast**?")
    expect(page.locator("#preview strong")).to_have_text("fast")
    expect(page.locator(".findings")).to_contain_text("yes-no")
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_contain_text("What does the first cache do?")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("What does a cache keep?")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("Copies of what was read.")
    page.keyboard.press("Control+Enter")
    shows(page, "fourth")
    page.keyboard.press("Shift+E")
    assert page.evaluate("document.activeElement.name") == "answer"
    kept = stored(made, "first")
    assert (kept["question"], kept["answer"], kept["status"]) == (
        "What does a cache keep?",
        "Copies of what was read.",
        "active",
    )


def test_formulas_are_typeset_and_clozes_shown_card_by_card(tmp_path: Path, browser: Browser) -> None:
    """As Anki shows them, also while they are typed; `c` turns to the note's next card, and a copy has the TeX."""
    text = r"With \({{c1::n}}\) nodes it is {{c2::\(\frac{\ln n}{n}\)::a fraction}}."
    laid_out(tmp_path, [card("first", question=text, answer="", kind=Kind.CLOZE), card("second")])
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        shown = page.locator("#preview .one:visible")
        expect(shown.locator("mfrac")).to_have_count(2)
        expect(shown).not_to_contain_text("a fraction")
        page.keyboard.press("c")
        expect(shown).to_contain_text("[a fraction]")
        expect(shown.locator(".turn")).to_contain_text("Card 2 of 2")
        copied = page.evaluate("""() => {
          let copied;
          addEventListener("copy", (event) => { copied = event.clipboardData.getData("text/plain"); });
          getSelection().selectAllChildren(document.querySelector(".one:not([hidden]) .fg:last-child .fg-text"));
          document.execCommand("copy");
          return copied;
        }""")
        assert copied == r"With \(n\) nodes it is \(\frac{\ln n}{n}\)."
        page.keyboard.press("e")
        page.locator("#edit textarea[name=question]").fill(r"With {{c2::\(\sqrt{n}\)}} and \(\foo\)")
        expect(shown.locator("msqrt")).to_have_count(1)
        expect(shown.locator(".why").first).to_have_text('shown as TeX: unknown command "\\foo"')
        page.keyboard.press("Escape")
        expect(shown).to_contain_text("[a fraction]")
        assert serious(page) == []
        assert faults_of(page) == []
        page.context.close()


def test_split_and_merge(desk: tuple[Workspace, Page]) -> None:
    """One card becomes two; two that say the same become one."""
    made, page = desk
    page.keyboard.press("s")
    for words in ("What is one?", "One.", "What is two?", "Two."):
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    shows(page, "fourth")
    assert [each["question"] for each in made.cards()].count("What is two?") == 1
    page.keyboard.press("d")
    shows(page, "second")
    expect(page.locator(".near")).to_contain_text("before answering?")
    page.keyboard.press("m")
    page.keyboard.press("Control+Enter")
    shows(page, "fifth")
    assert {stored(made, "second")["status"], stored(made, "third")["status"]} == {"active", "rejected"}


def test_a_change_in_an_editor_is_a_conflict_and_nothing_typed_is_lost(desk: tuple[Workspace, Page]) -> None:
    """The card is shown as its file has it now, with what was typed still in the form."""
    made, page = desk
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("What I typed?")
    (file,) = (made.root / "decks/demo/cards").glob("*.yaml")
    file.write_text(file.read_text().replace("What does the first cache do?", "From my editor?"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".conflict")).to_contain_text("changed elsewhere")
    assert stored(made, "first")["question"] == "From my editor?"
    expect(page.locator("#edit textarea[name=question]")).to_have_value("What I typed?")
    page.keyboard.press("Control+Enter")
    shows(page, "fourth")
    assert stored(made, "first")["question"] == "What I typed?"


def test_keys_that_come_early_count(tmp_path: Path, browser: Browser) -> None:
    """What is pressed while the page's scripts still load is done once they are there, in its order."""
    made = laid_out(tmp_path, CARDS)
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        held: list[Route] = []
        page.route("**/common.js", lambda route: held.append(route))
        page.goto(page.url, wait_until="commit")
        expect(page.locator(".acts")).to_be_visible()
        for key in "r2":
            page.keyboard.press(key)
        assert page.evaluate("document.documentElement.dataset.ready") is None
        for route in held:
            route.continue_()
        shows(page, "fourth")
        assert "trivial" in stored(made, "first")["findings"][-1]["reason"]
        page.context.close()


def test_a_whole_article_is_asked_about_first(desk: tuple[Workspace, Page]) -> None:
    """All that wait are accepted after a yes, and one undo takes all back."""
    made, page = desk
    page.keyboard.press("Shift+A")
    expect(page.locator("#sure")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Accepted 6 cards")
    assert {each["status"] for each in made.cards()} == {"active"}
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("Taken back")
    assert {each["status"] for each in made.cards()} == {"draft"}


def test_the_filter_bar(desk: tuple[Workspace, Page]) -> None:
    """Words, state and gate narrow the queue; `/` leads to the search."""
    _, page = desk
    page.keyboard.press("/")
    page.keyboard.type("sixth")
    page.keyboard.press("Enter")
    shows(page, "sixth")
    expect(page.locator(".progress")).to_contain_text("1 left")
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("Nothing left here")
    page.keyboard.press("u")
    shows(page, "sixth")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_no_serious_fault_of_accessibility(tmp_path: Path, browser: Browser, width: int, scheme: Any) -> None:
    """axe-core finds nothing serious, and on a phone's width nothing has to be scrolled sideways."""
    laid_out(tmp_path, CARDS)
    with reviewing(tmp_path) as address:
        page = opened(browser, address, viewport={"width": width, "height": 800}, color_scheme=scheme)
        shows(page, "first")
        for key, seen in {"": "#judge", "e": "#edit", "r": "#reject", "s": "#split", "?": "#help"}.items():
            page.keyboard.press(key or "Escape")
            expect(page.locator(seen)).to_be_visible()
            assert serious(page) == [], f"after {key!r}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.keyboard.press("Escape")
        for name in ("fourth", "second"):
            page.keyboard.press("n")
            shows(page, name)
            assert serious(page) == [], f"at the {name} card"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_hostile_cards_run_nothing(tmp_path: Path, browser: Browser) -> None:
    """Whatever a card holds, nothing runs, loads, or leaves the loopback: in the card, beside it, or while edited."""
    texts = [each if isinstance(each, str) else each.get("cloze", "") for each in HOSTILE]
    cards = []
    for n in range(0, len(texts), 3):  # each text is a question, an answer or a quote, and something else in a proposal
        one, two, three = (texts[(n + step) % len(texts)] for step in range(3))
        kind = Kind.CLOZE if "{{c" in one else Kind.BASIC
        made = card(f"h{n}", question=one or "?", answer=two, quote=three, tags=(one,), kind=kind)
        cards.append(replace(made, proposal=Proposal(two or "?", three, one, two)))
    laid_out(tmp_path, cards)
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        page.evaluate(
            "document.addEventListener('securitypolicyviolation', (e) => console.error('policy', e.blockedURI))"
        )
        for _ in range(len(cards)):
            before = page.locator("#judge").get_attribute("data-id")
            page.keyboard.press("n")
            page.wait_for_function("id => document.querySelector('#judge').dataset.id !== id", arg=before)
            settled(page)
        page.keyboard.press("e")
        for number, text in enumerate(texts[:40]):
            with page.expect_response("**/check"):
                page.locator("#edit textarea[name=question]").fill(f"{text} {number}")
        expect(page.locator("#preview")).to_contain_text("39")
        assert faults_of(page) == []
        assert page.locator("#judge script, #judge iframe, #judge form[action], #aside script").count() == 0
        page.context.close()


def test_an_article_a_sentence_and_a_card(tmp_path: Path, browser: Browser) -> None:
    """The whole text with every quote marked; a sentence is selected by key, and `c` drafts a card from it."""
    with llm_server.serving(lambda n, body: cards_from(body)) as llm:
        made = laid_out(tmp_path, CARDS)
        made.write("flashgen.toml", f'llm = "{llm.url}"\n')
        with reviewing(tmp_path) as address:
            page = opened(browser, address)
            page.keyboard.press("v")
            ready(page, "article")
            expect(page.locator(".article mark").first).to_contain_text("A write-through cache")
            expect(page.locator(".part.bare .none")).to_have_text("No card yet")
            for _ in range(3):
                page.keyboard.press("j")
            assert page.evaluate("getSelection().toString()") == "Some words on caches."
            page.keyboard.press("c")
            expect(page.locator("#drafted .listed")).to_contain_text("it waits for your yes")
            assert len(made.cards()) == len(CARDS) + 1
            assert faults_of(page) == []
            page.context.close()


def test_a_selection_gives_a_card_of_one_section_or_a_word(tmp_path: Path, browser: Browser) -> None:
    """Several paragraphs of a section are drafted from; over two sections, the page says so and asks no model. Ideas of
    the article that no card is about stand at their section."""
    with llm_server.serving(lambda n, body: cards_from(body)) as llm:
        made = laid_out(tmp_path, CARDS)
        made.write("flashgen.toml", f'llm = "{llm.url}"\n')
        second = "A second paragraph says why caches forget what nobody asked for lately."
        made.write(
            "decks/demo/caches.md", f"{ARTICLE}\n{second}\n\n## Empty\n\nAnother section of the article says it.\n"
        )
        ideas = (Idea("What does a write-through cache do?", 4, ("Writing",)), Idea("Eviction policies", 3, ("Empty",)))
        record = LinkRecord("caches.md", TOPIC, LinkState.CARDED, ideas=ideas)
        LedgerFile(made.root / "decks/demo/sources.json").save(Ledger({record.url: record}))
        with reviewing(tmp_path) as address:
            page = opened(browser, address)
            page.keyboard.press("v")
            ready(page, "article")
            expect(page.locator("#title + p")).to_contain_text("1 of 2 ideas")
            expect(page.locator(".ideas")).to_have_text("No card on: Eviction policies")
            select = """([from, to]) => {
              const all = [...document.querySelectorAll(".part-text p")];
              const find = (words) => all.find((p) => p.textContent.includes(words));
              getSelection().setBaseAndExtent(find(from).firstChild, 0, find(to).lastChild, find(to).lastChild.length);
            }"""
            page.evaluate(select, ["write-through", "Another section"])
            page.keyboard.press("c")
            expect(page.locator("#said")).to_contain_text("runs over 2 sections")
            assert llm.asked == []
            page.evaluate(select, ["write-through", "A second paragraph"])
            page.keyboard.press("c")
            expect(page.locator("#drafted .listed")).to_contain_text("it waits for your yes")
            assert second in str(llm.asked)
            assert serious(page) == []
            page.context.close()


def test_the_links_page(tmp_path: Path, browser: Browser) -> None:
    """A link is skipped by a button, the list says so, and the next press takes it back."""
    made = laid_out(tmp_path, CARDS)
    path = tmp_path / "decks/demo/reading-list.md"
    before = path.read_text()
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        page.get_by_role("link", name="Links").click()
        ready(page, "links")
        expect(page.locator(".link")).to_contain_text("6 waiting")
        page.get_by_role("button", name="Skip").click()
        expect(page.locator(".link .badge")).to_have_text("skipped")
        assert "<!-- flashgen: skip -->" in path.read_text()
        page.get_by_role("button", name="Read it after all").click()
        expect(page.locator(".link .badge")).to_have_text("pending")
        assert path.read_text() == before
        assert faults_of(page) == []
        assert made.cards()
        page.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_article_and_links_are_accessible(tmp_path: Path, browser: Browser, width: int) -> None:
    """axe-core finds nothing serious there either, by day and by night."""
    laid_out(tmp_path, CARDS)
    with reviewing(tmp_path) as address:
        for scheme in ("light", "dark"):
            page = opened(browser, address, viewport={"width": width, "height": 800}, color_scheme=scheme)
            page.keyboard.press("v")
            ready(page, "article")
            expect(page.locator(".article mark").first).to_be_visible()
            assert serious(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.get_by_role("link", name="Links").click()
            ready(page, "links")
            expect(page.locator(".link")).to_be_visible()
            assert serious(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.context.close()


def test_a_hostile_article_runs_nothing(tmp_path: Path, browser: Browser) -> None:
    """Markdown and HTML that want to run, load or call stay text: in the passage and in the whole article."""
    texts = [each if isinstance(each, str) else each.get("cloze", "") for each in HOSTILE]
    made = laid_out(tmp_path, [card("first", quote="This sentence stands among hostile text and is long enough.")])
    hostile = "\n\n".join(texts)
    body = f"# Caches\n\n{'Some words on caches. ' * 30}\n\n{hostile}\n\n## Writing\n\n{CARDS[0].quote}\n\n{hostile}\n"
    made.write("decks/demo/caches.md", body + "\n\nThis sentence stands among hostile text and is long enough.\n")
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        page.keyboard.press("v")
        ready(page, "article")
        assert page.locator(".article :is(script, iframe, img, form, style, object, svg)").count() == 0
        assert page.evaluate("[...document.querySelectorAll('.article a')].every((a) => /^https?:$/.test(a.protocol))")
        assert faults_of(page) == []
        page.context.close()


@pytest.mark.parametrize(("width", "scheme", "size"), [(1100, "light", 16), (360, "dark", 16), (360, "dark", 32)])
@pytest.mark.parametrize("kind", ["stats", "deck"])
def test_pages_in_files_are_accessible(
    tmp_path: Path, browser: Browser, kind: str, width: int, scheme: Any, size: int
) -> None:
    """axe-core finds nothing serious in the page of stats and in that of a deck, by day and by night, in the size that
    a reader's browser is set to; and nothing has to be scrolled sideways."""
    path = tmp_path / "page.html"
    if kind == "stats":
        path.write_text(render(found(), 1_768_000_000), encoding="utf-8")
    else:
        formula = replace(sample(9), question=r"How long is \(\frac{\ln n}{n}\)?", answer=r"\[\sum_i a_i\]")
        output("html").write(decks(READING_LIST, {CACHING: [sample(1), sample(2), formula]}, RECORDS), path)
    page = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    page.goto(path.as_uri())
    page.context.new_cdp_session(page).send("Page.enable")
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{size}px"
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_proposed_retirement_is_one_key(tmp_path: Path, browser: Browser) -> None:
    """What reviews in Anki proposed to retire is told so, and `a` retires it for good."""
    made = laid_out(tmp_path, [card("first"), card("seventh", proposal=Proposal("", "", "", "nobody needs it"))])
    with reviewing(tmp_path) as address:
        page = opened(browser, address)
        shows(page, "seventh")
        expect(page.locator(".proposal")).to_contain_text("It is proposed to retire this card: nobody needs it")
        page.keyboard.press("a")
        shows(page, "first")
        assert stored(made, "seventh")["status"] == "retired"
        page.context.close()
        assert faults_of(page) == []


def test_a_deck_as_a_page_tests_its_reader(tmp_path: Path, browser: Browser) -> None:
    """`build --format html`: one card at a time in no order; what was not known comes again, the rest is counted."""
    path = tmp_path / "deck.html"
    output("html").write(decks(READING_LIST, {CACHING: [sample(n) for n in range(3)]}, RECORDS), path)
    page = browser.new_page()
    page.goto(path.as_uri())
    page.get_by_role("button", name="Test me").click()
    expect(page.locator(".card:visible")).to_have_count(1)
    asked = page.locator(".card:visible summary").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".card:visible .body")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#left")).to_have_text("3 left")
    assert page.locator(".card:visible summary").inner_text() != asked
    assert serious(page) == []
    for _ in range(3):
        page.keyboard.press("1")
    expect(page.locator("#left")).to_have_text("Done: 3 known.")
    page.keyboard.press("Escape")
    expect(page.locator(".card:visible")).to_have_count(3)
    page.close()
