"""What a page really is, told by its structure and its words: on hosts that nobody has heard of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_web import PROSE

from flashgen.errors import Failed, Skipped
from flashgen.sources.content import Nature, NeedsScripts, trouble
from flashgen.sources.formats import html
from flashgen.sources.nature import judge
from flashgen.sources.nature.survey import prose
from flashgen.types import Page

FOLDER = Path(__file__).parent / "cases" / "natures"
PARAGRAPHS = (
    PROSE,
    "Waiting is not free, even when nobody pays for it. A request that has waited for ten seconds is often one "
    "that its "
    "sender has given up long ago, and the server that answers it works for nothing. Systems that serve the newest "
    "request first do better under such a load, which surprises people who were taught that fairness means order. "
    "The oldest requests time out, but most of the others are answered while somebody still cares.",
    "There are three places where a limit can stand: at the door, in the hall, and at the desk. At the door, a gateway "
    "counts how many are inside and turns others away with a clear word. In the hall, the queue itself has a bound. At "
    "the desk, each worker takes only as much as it can finish in time. A system with one of the three survives a bad "
    "day, and one with all of them hardly notices that the day was bad.",
    "Measuring the length of a queue tells less than measuring how long its first element has been waiting. A long "
    "queue that moves fast is healthy, and a short one that stands still is not. Alarms should ask about the wait, "
    "because that is what a person feels. It is also the number that stays meaningful when somebody doubles the "
    "number of workers, or when the work itself becomes smaller and comes more often.",
    "Retries make everything worse when they are not bounded themselves. Each failed request comes back twice, and the "
    "two come back four times, until the servers do nothing but refuse. A budget for retries, say one in ten, keeps "
    "the flood small. Waiting a random time before the next try spreads what is left, so that all the clients which "
    "failed together do not return together a second later.",
    "In the end the choice of a policy is a choice about people. Somebody decides who waits and who is turned away, "
    "and it is better to decide that on a quiet morning than in the middle of an outage. Write the decision down, "
    "together with the numbers that led to it, and look at it again after a year, when the numbers have changed and "
    "nobody remembers why the limit was what it was.",
)
RUSSIAN = (
    "Очередь перед медленным сервисом сглаживает короткие всплески, но не добавляет ему мощности. Когда работа "
    "приходит "
    "быстрее, чем её делают, очередь растёт, пока не кончится память или терпение. Ограниченная очередь заставляет "
    "решать вовремя: подождать, выбросить или отказать.",
    "Ожидание не бесплатно, даже если за него никто не платит. Запрос, который прождал десять секунд, часто уже никому "
    "не нужен, и сервер отвечает на него впустую. Системы, которые сначала обслуживают самые новые запросы, под такой "
    "нагрузкой справляются лучше.",
    "Ограничение может стоять в трёх местах: у двери, в зале и у стойки. У двери шлюз считает, сколько людей внутри, и "
    "вежливо отказывает остальным. В зале ограничена сама очередь. У стойки каждый работник берёт столько, сколько "
    "успеет сделать.",
    "Повторные попытки всё портят, если их не ограничить. Каждый неудачный запрос возвращается дважды, а эти двое "
    "возвращаются вчетвером, пока серверы не займутся одними отказами. Бюджет на повторы сохраняет поток малым.",
)
FRAMES = (
    "{}",
    '<header><a href="/">Home</a> <a href="/about">About</a> <a href="/blog">Blog</a></header>{}'
    '<footer><a href="/terms">Terms</a> <a href="/privacy">Privacy</a> © 2024</footer>',
    '<nav><ul><li><a href="/products">Products</a></li><li><a href="/pricing">Pricing</a></li><li><a '
    'href="/login">Log in</a></li></ul></nav>'
    '<div id="content">{}</div><aside><h4>Newsletter</h4><form><input type="email"><button>Subscribe</button>'
    "</form></aside>",
)
"""What sites put around everything they show; none of it may change what a page is taken for."""
NAMES = {
    "robot_check": "robot check", "parked": "parked", "not_found": "not found", "consent_wall": "consent wall",
    "scripts_only": "scripts only", "sign_in": "sign-in", "pay_wall": "pay wall", "shop": "shop", "app": "app",
    "job": "job", "profile": "profile", "recording": "recording", "index_page": "index",
}  # fmt: skip


def cases(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def seen(case: dict[str, Any], frame: str) -> Nature | None:
    """What the page of `case` is taken for within `frame`."""
    source = case["page"]
    for paragraph in PARAGRAPHS:
        source = source.replace("{prose}", f"<p>{paragraph}</p>", 1)
    for paragraph in RUSSIAN:
        source = source.replace("{russian}", f"<p>{paragraph}</p>", 1)
    if "<body" not in source:
        head, title, body = source.partition("</title>")
        source = f"{head}{title}<body>{frame.format('@@').replace('@@', body)}</body>"
    source = source if source.startswith("<html") else f"<!doctype html><html>{source}</html>"
    page = Page(case.get("asked", case["at"]), case["at"], source.encode(), "text/html; charset=utf-8")
    content = html.read(page)
    assert content.survey is not None
    return judge(content.survey, content.markdown, page.final_url, page.url)


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=case["at"]) for name in NAMES for case in cases(name)],
)
def test_a_page_that_is_no_article_is_known(name: str, case: dict[str, Any]) -> None:
    """As what it is, within every frame, by nothing but itself."""
    frames = FRAMES if name not in ("scripts_only", "consent_wall", "robot_check") else FRAMES[:1]
    for frame in frames:
        nature = seen(case, frame)
        assert nature is not None
        assert nature.name == NAMES[name]
        assert len(nature.reason) > 20


@pytest.mark.parametrize("case", [pytest.param(case, id=case["at"]) for case in cases("article")])
def test_an_article_is_never_taken_for_something_else(case: dict[str, Any]) -> None:
    """Whatever words stand in it and around it."""
    for frame in FRAMES:
        assert seen(case, frame) is None


@pytest.mark.parametrize(("name", "least"), [(name, 30) for name in NAMES])
def test_there_are_enough_cases(name: str, least: int) -> None:
    """Thirty pages of each kind, each on a host of its own."""
    hosts = {case["at"].split("/")[2] for case in cases(name)}
    assert len(hosts) >= least


def test_what_a_page_is_decides_what_becomes_of_its_link() -> None:
    """A dead page is worth looking up in an archive, a wall may be gone tomorrow, a shop stays a shop."""
    dead, wall = trouble(Nature("parked", "r", dead=True), "u"), trouble(Nature("robot check", "r", passing=True), "u")
    assert isinstance(dead, Failed)
    assert dead.dead
    assert isinstance(wall, Failed)
    assert not wall.dead
    assert type(trouble(Nature("shop", "r"), "u")) is Skipped
    assert isinstance(trouble(Nature("scripts only", "r"), "u"), NeedsScripts)


def test_prose_counts_what_can_be_learnt_from() -> None:
    """Sentences count; headings, links, code and tables are counted apart."""
    text = (
        "# A heading of some words\n\nA sentence that has more than eight words in it counts.\n\n"
        "- [A link that stands for itself and for nothing else](x)\n\n```\ncode words here\n```\n\n| a | b "
        "|\n|---|---|\n| c | d |\n\n"
        "## [A heading that is a link](y)\n"
    )
    found = prose(text)
    assert found.sentences == 11
    assert found.material == 7
    assert (found.links, found.headed) == (2, 1)
