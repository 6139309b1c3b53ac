"""Every gate against its table of cases, and how `judge` puts them together."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.errors import SettingsError
from flashgen.gates import gates, judge
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

CASES = Path(__file__).parent / "cases" / "gates"
GATES = {gate.name: gate for gate in gates()}


def cases() -> Iterator[Any]:
    """The cases of all tables: the gate's name, the language, and the case as a mapping."""
    for path in sorted(CASES.glob("*.yaml")):
        table = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
        for language in ("en", "ru", "other"):
            for number, case in enumerate(table.get(language, ()), 1):
                given = case if isinstance(case, dict) else dict(zip(("v", "q", "a"), case, strict=True))
                text = table.get("passages", {}).get(given.get("passage", ""), given.get("passage", ""))
                yield pytest.param(
                    table["gate"], language, {**given, "passage": text}, id=f"{table['gate']}-{language}-{number}"
                )


def finding(gate: str, language: str, case: dict[str, str]) -> Finding | None:
    """What one gate says of a case. Cards of the tables are in the language of their part."""
    spoken = case.get("language", "" if language == "other" else language)
    draft = Draft(case["q"], case.get("a", ""), case.get("quote", ""), Kind(case.get("kind", "basic")))
    passage = Passage(
        text=case["passage"],
        title=case.get("title", ""),
        path=tuple(filter(None, [case.get("heading", "")])),
        language=spoken,
        source_language=case.get("source_language", spoken),
    )
    return GATES[gate].judge(draft, passage)


@pytest.mark.parametrize(("gate", "language", "case"), list(cases()))
def test_case(gate: str, language: str, case: dict[str, str]) -> None:
    """The gate says of the case what its table says."""
    found = finding(gate, language, case)
    assert (found.verdict if found else "pass") == case["v"], found
    assert found is None or (found.gate == gate and found.reason)


def test_every_gate_has_its_table() -> None:
    """Each gate has at least twelve cases in English and eight in Russian, that fire and that don't."""
    for name in GATES:
        table = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)
        for language, least in (("en", 12), ("ru", 8)):
            wanted = [case["v"] if isinstance(case, dict) else case[0] for case in table[language]]
            assert len(wanted) >= least, (name, language)
            assert {"pass"} < set(wanted), (name, language)


def test_every_gate_is_documented() -> None:
    """Each gate says in one line what it objects to."""
    assert all(gate.about.endswith(".") and len(gate.about) < 130 for gate in GATES.values())


PASSAGE = Passage("A **write-back** cache answers as soon as the entry is in memory.", title="Caches", language="en")
QUOTE = "A write-back cache answers as soon as the entry is in memory."
GOOD = Draft("When does a write-back cache answer?", "Once the entry is in memory", QUOTE)


def test_good_card_passes() -> None:
    """A good card passes all gates, and is left as it is."""
    judged = judge(GOOD, PASSAGE)
    assert (judged.verdict, judged.findings, judged.draft) == (Verdict.PASS, (), GOOD)


def test_quote_gets_the_words_of_the_passage() -> None:
    """A quote that differs a little is replaced by the passage's own words."""
    judged = judge(replace(GOOD, quote="a write back cache answers as soon as the entry is in the memory"), PASSAGE)
    assert judged.draft.quote == QUOTE


@pytest.mark.parametrize(
    ("field", "cleaned"),
    [
        ("A <script>alert(1)</script>quorum", "A quorum"),
        ("A <b>quorum</b> is<br>2<sup>n</sup>", "A **quorum** is\n2^n"),
        ("the <canvas> element", "the `<canvas>` element"),
        ('<a href="https://a.example">site</a>', "site"),
        ("[a](javascript:alert(1)) [b](https://b.example/c)", "a [b](https://b.example/c)"),
        ("`<script>alert(1)</script>`", "`<script>alert(1)</script>`"),
        ("```html\n<script>x</script>\n```", "```html\n<script>x</script>\n```"),
        ("List<String> and Map<K, V>, a < b > c", "List<String> and Map<K, V>, a < b > c"),
        ("<scr<script></script>ipt>alert(1)</script>", ""),
        ("red\x1b[31m\u202e text", "red[31m text"),
        ("[sound:x.mp3]a[latex]b[/latex]", "ab"),
        (r"\(\href{javascript:x}{y}\)", r"\({y}\)"),
        ("x <img src=x onerror=alert(1)", "x"),
    ],
)
def test_cleaning(field: str, cleaned: str) -> None:
    """What could run is gone, little HTML becomes Markdown, and code stays; cleaning again changes nothing."""
    once = judge(Draft(field, "an answer"), Passage()).draft
    assert once.question == cleaned
    assert judge(once, Passage()).draft == once


def test_markup_is_cleaned_even_if_its_gate_is_off() -> None:
    """Switching the gate off silences it; it never lets markup through."""
    judged = judge(Draft("What?<script>x</script>", "A thing"), Passage(), {"markup": "off"})
    assert "script" not in judged.draft.question
    assert "markup" not in {finding.gate for finding in judged.findings}


def test_levels() -> None:
    """Settings switch a gate off, or set its verdict."""
    draft = Draft("Is Redis durable?", "With AOF")
    assert judge(draft, Passage()).verdict is Verdict.REJECT
    assert judge(draft, Passage(), {"yes-no": "warn"}).verdict is Verdict.WARN
    assert judge(draft, Passage(), {"yes-no": "off"}).verdict is Verdict.PASS
    assert judge(Draft("Describe Redis.", "A store"), Passage(), {"vague": "reject"}).verdict is Verdict.REJECT


def test_unknown_gate() -> None:
    """A name that is no gate is an error that names a near one; `duplicate` may be set too."""
    with pytest.raises(SettingsError, match="did you mean yes-no"):
        judge(GOOD, PASSAGE, {"yesno": "off"})
    assert judge(GOOD, PASSAGE, {"duplicate": "off"}).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was ist ein Quorum?", "de"),
        ("Was ist ein Quorum?", ""),
        ("Що таке кворум?", ""),
        ("Is een quorum nodig?", "nl"),
    ],
)
def test_other_languages(question: str, language: str) -> None:
    """Where the words of a language are not known, the gates that need them are silent."""
    assert judge(Draft(question, "Quorum-Mehrheit"), Passage(language=language)).verdict is Verdict.PASS


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=200), st.text(max_size=400))
def test_any_text(question: str, answer: str, quote: str, passage: str) -> None:
    """No text makes a gate fail, and cleaning is done after one time."""
    for kind in Kind:
        judged = judge(Draft(question, answer, quote, kind), Passage(passage))
        again = judge(judged.draft, Passage(passage))
        assert (again.draft.question, again.draft.answer) == (judged.draft.question, judged.draft.answer)


@pytest.mark.parametrize(
    "piece", ["<b ", "**a ", "`a ", "a, ", "what and how ", "“", "(", "[a](", "{{c1::", "1,", "- a\n", "if a, is "]
)
def test_hostile_fields(piece: str) -> None:
    """Fields of many thousand characters that open and never close something are judged all the same."""
    assert judge(Draft(piece * 4000, piece * 4000, piece * 400), Passage(piece * 4000)).draft.question is not None
