"""What a page says of itself (tests/cases/extract_metadata.yaml), and what it is like as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.extract import Extracted, extract
from flashgen.extract.language import detect

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "extract_metadata.yaml").read_text("utf-8"))
FIELDS = ("title", "author", "date", "site", "canonical_url", "language")


def read(body: str, head: str = "", url: str = "https://site.example/page", lang: str = "") -> Extracted:
    html = f"<html{f' lang={lang}' if lang else ''}><head>{head}</head><body>{body}</body></html>"
    return extract(html.encode(), url=url, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_page_says_what_it_is(case: dict[str, Any]) -> None:
    """Each field is read by the rule of its case."""
    url = case.get("url", "https://site.example/page")
    found = read(case.get("body", "<p>x</p>"), case.get("head", ""), url, case.get("html_lang", ""))
    for field in FIELDS:
        if field in case:
            assert getattr(found, field) == case[field]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The log is read from the last checkpoint, and what was committed is applied to the pages again.", "en"),
        ("Журнал читают с последней контрольной точки, и всё, что было записано, применяют ещё раз.", "ru"),
        ("Журнал читають з останньої контрольної точки, і все, що було записано, застосовують ще раз.", "uk"),
        ("Le journal est lu depuis le dernier point de contrôle, et ce qui a été validé est appliqué.", "fr"),
        ("El registro se lee desde el último punto de control y lo que fue confirmado se aplica de nuevo.", "es"),
        (
            "Das Protokoll wird ab dem letzten Kontrollpunkt gelesen, und was bestätigt war, wird noch einmal getan.",
            "de",
        ),
        ("Il registro viene letto a partire dall'ultimo punto di controllo e quello che era stato scritto.", "it"),
        ("O registro é lido a partir do último ponto de controle, e o que foi confirmado não se perde mais.", "pt"),
        ("Dziennik jest czytany od ostatniego punktu kontrolnego, a to, co było zapisane, nie jest tracone.", "pl"),
        ("ログは最後のチェックポイントから読まれ、確定した変更がもう一度適用される。", "ja"),
        ("日志从最后一个检查点开始读取，已提交的更改会再次应用。", "zh"),
        ("로그는 마지막 체크포인트부터 읽히고 확정된 변경이 다시 적용된다.", "ko"),
        ("היומן נקרא מנקודת הביקורת האחרונה, ומה שאושר מוחל שוב.", "he"),
        ("يُقرأ السجل من آخر نقطة تحقق ويُطبَّق ما تم تأكيده مرة أخرى.", "ar"),
        ("x = 1", ""),
    ],
)
def test_the_language_of_a_text_is_told_by_script_and_common_words(text: str, language: str) -> None:
    """A sentence is enough; where there is too little to tell, nothing is said."""
    assert detect(text) == language


def test_a_page_that_needs_scripts_is_known_by_its_facts() -> None:
    """Next to no text, and scripts that would make some."""
    facts = read(
        "<div id='root'></div><noscript>Please enable JavaScript.</noscript><script src='/a.js'></script>"
    ).facts
    assert facts.scripts_only
    assert facts.scripts == 1
    assert facts.noscript == "Please enable JavaScript."
    assert not read(f"<p>{'word ' * 60}</p><script src='/a.js'></script>").facts.scripts_only


def test_forms_frames_and_redirects_are_facts() -> None:
    """What tells a sign-in page, a frameset and a page that sends its reader elsewhere."""
    found = read("<form><input type='password'><input name='q'></form><iframe src='/f'></iframe>").facts
    assert (found.password_fields, found.inputs, found.frames) == (1, 2, ("https://site.example/f",))
    assert (
        read("", "<meta http-equiv='refresh' content='0; URL=/new'>").facts.meta_refresh == "https://site.example/new"
    )
    assert read("<script>window.location.href = '/new'</script>").facts.script_redirect == "https://site.example/new"
    assert read("<p>x</p>", "<meta http-equiv='refresh' content='300'>").facts.meta_refresh == ""


def test_types_headings_and_links_are_facts() -> None:
    """What kind of page it says it is, its headings, and how much of it is links."""
    linked = '<script type=\'application/ld+json\'>{"@type": "Product"}</script>'
    head = f"<meta property='og:type' content='Product'>{linked}"
    found = read("<h1>Kettle</h1><p><a href='/a'>abcd</a> efgh</p>", head).facts
    assert found.og_type == "product"
    assert found.json_ld_types == {"Product"}
    assert found.headings == ("Kettle",)
    assert found.text == "Kettle abcd efgh"
    assert found.words == 3
    assert found.link_density == pytest.approx(4 / 14)
