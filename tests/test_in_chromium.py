"""Our cards and pages in a real browser: nothing runs, links find their sentence."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("anki.collection")

import chromium
from anki_desk import opened
from deck_samples import CACHING, READING_LIST, RECORDS, card

from flashgen.decks import decks
from flashgen.deep_link import deep_link
from flashgen.ledger import LinkRecord
from flashgen.outputs import output
from flashgen.types import Kind, Proposal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not chromium.BROWSER, reason="no Chromium here"),
]
HOSTILE: list[Any] = yaml.safe_load((Path(__file__).parent / "cases" / "hostile.yaml").read_text(encoding="utf-8"))

ALARM = """<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'">
<script>
let current = -1;
const fired = [];
const alarm = (what) => { fired.push([current, what]); };
for (const name of ["alert", "confirm", "prompt", "open", "print", "pycmd", "bridgeCommand", "fetch", "msgbox"])
  window[name] = () => alarm(name);
XMLHttpRequest.prototype.open = () => alarm("xhr");
document.addEventListener("securitypolicyviolation", (event) => alarm("loads " + event.violatedDirective));
addEventListener("beforeunload", () => alarm("leaves"));
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !/^https?:/.test(link.protocol)) alarm("link " + link.protocol);
  if (link && /^https?:/.test(link.protocol)) event.preventDefault();
});
</script>
<body class="card card1"><div id="qa"></div>
<script>
const cards = CARDS;
const qa = document.getElementById("qa");
function show(html) {
  qa.innerHTML = html;                                     // as Anki does: and scripts are made to run
  for (const old of qa.querySelectorAll("script")) {
    const made = document.createElement("script");
    for (const { name, value } of old.attributes) made.setAttribute(name, value);
    made.appendChild(document.createTextNode(old.innerHTML));
    old.replaceWith(made);
  }
}
function touch() {
  for (const node of qa.querySelectorAll("*")) {
    for (const name of ["mouseover", "pointerenter", "focus", "error", "load", "toggle", "animationstart", "begin"])
      node.dispatchEvent(new Event(name, { bubbles: true }));
    if (node.click && !(node instanceof HTMLInputElement && node.type === "submit")) node.click();
    const style = getComputedStyle(node);
    if (style.position === "fixed" || style.position === "absolute") alarm("covers");
  }
}
(async () => {
  for (current = 0; current < cards.length; current++) {
    show(cards[current]);
    await new Promise((next) => setTimeout(next, WAIT));
    touch();
  }
  await new Promise((next) => setTimeout(next, 200));
  current = -1;
  qa.innerHTML = "";
  document.title = "done " + JSON.stringify(fired);
})();
</script>"""


def fired(sides: list[str], folder: Path) -> list[tuple[int, str]]:
    """Which of the sides set off an alarm, and which."""
    page = folder / "page.html"
    escaped = json.dumps(sides).replace("<", "\\u003c")
    page.write_text(ALARM.replace("CARDS", escaped).replace("WAIT", "20"), encoding="utf-8")
    shown = chromium.dump(page.as_uri(), folder / "profile", milliseconds=20_000 + 40 * len(sides))
    title = re.search(r"<title>done (.*?)</title>", shown, re.S)
    assert title, "the page was brought to a stop"
    return [(int(at), str(what)) for at, what in json.loads(title[1].replace("&amp;", "&").replace("&lt;", "<"))]


def test_hostile_text_runs_nothing_in_ankis_pipeline(tmp_path: Path) -> None:
    """Every hostile text in every field, through Anki's import and templates, shown as Anki shows cards: question,
    answer, quote, proposal, heading, tags, and the title and date of the source."""
    made, records = [], dict(RECORDS)
    for number, case in enumerate(HOSTILE):
        if isinstance(case, dict):
            question = f"{case['cloze']} {{{{c9::end}}}}"
            made.append(card(number, kind=Kind.CLOZE, question=question, answer=case["cloze"], quote=case["cloze"]))
        else:
            url = f"https://h{number}.example/"
            records[url] = LinkRecord(url, title=case, date=case, final_url=url)
            texts = {"question": f"Q {case}", "answer": f"A {case}", "quote": case, "section": (case,), "tags": (case,)}
            made.append(card(number, source=url, proposal=Proposal(case, case, case, case), **texts))
    with opened(tmp_path) as anki:
        anki.take(decks(READING_LIST, {CACHING: made}, records))
        rendered = [one.render_output() for one in anki.cards()]
    sides = [f"<style>{one.css}</style>{side}" for one in rendered for side in (one.question_text, one.answer_text)]
    assert len(sides) >= 2 * len(HOSTILE)
    assert fired(sides, tmp_path) == []


def test_the_alarm_goes_off(tmp_path: Path) -> None:
    """The same texts unescaped set off the alarm by the dozen: a silent alarm would prove nothing."""
    raw = [
        case
        for case in HOSTILE
        if isinstance(case, str) and re.match(r"<(?!plaintext|meta|base|iframe|frameset)", case)
    ]
    alarms = {at for at, _ in fired(raw, tmp_path)}
    assert len(alarms) >= 30


def test_the_page_of_hostile_cards_is_quiet(tmp_path: Path) -> None:
    """Our own HTML page shows every text, runs its own script and breaks no rule of its own policy."""
    made = [card(n, question=f"Q {c}", answer=f"A {c}", quote=c) for n, c in enumerate(HOSTILE) if isinstance(c, str)]
    output("html").write(decks(READING_LIST, {CACHING: made}, RECORDS), tmp_path / "x.html")
    shown = chromium.dump((tmp_path / "x.html").as_uri(), tmp_path / "profile")
    assert "<form>" in shown  # the script took `hidden` away
    assert shown.count('class="card"') == len(made)


PAGE = """<!doctype html><meta charset="utf-8"><title>x</title>
<style>p { margin: 0 0 3000px; }</style>
<p>Top.</p><p>Caches hold copies — of things, that are read-often &amp; written <em>seldom</em>.</p>
<p>Middle.</p><table><tr><td>write-back cache</td><td>may lose data</td></tr></table><p></p>
<p>One two three four five six FILLER and so it ends here.</p><p>Last.</p>
<script>addEventListener("load", () => setTimeout(() => { document.title = Math.round(scrollY); }, 800));</script>"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A long page on loopback."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "p.html").write_text(PAGE.replace("FILLER", "filler words " * 60), encoding="utf-8")
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/p.html"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("quote", "at"),
    [
        ("Top.", 0),
        ("Caches hold copies — of things, that are read-often & written *seldom*.", 3000),
        ("| write-back cache | may lose data |", 9000),
        (f"One two three four five six {'filler words ' * 60} and so it ends here.", 12000),
    ],
)
def test_a_deep_link_scrolls_to_its_sentence(quote: str, at: int, site: str, tmp_path: Path) -> None:
    """The browser finds the words that the link names, with dashes, commas, markup and table cells in them."""
    shown = chromium.dump(deep_link(site, quote), tmp_path / "profile")
    title = re.search(r"<title>(\d+)</title>", shown)
    assert title
    assert abs(int(title[1]) - at) < 1500
