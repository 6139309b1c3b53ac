"""Card files: what is read from them, and that a change to one card leaves everything else as a person wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, note
from hypothesis import strategies as st

from flashgen.errors import FileError
from flashgen.store import card_fields, yaml_text
from flashgen.store.card_file import HEADER, CardFile, parse, read
from flashgen.store.cards import CardFiles, Change
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict

CARD = Card(
    id="k3v9x2m7q4w8z5t1",
    question="What does a write-ahead log make sure of?",
    answer="That a change is on disk before the page it changes.",
    quote="A change is written to the log before it is written to the page.",
    source="https://example.org/wal",
    section=("Durability", "The log"),
    created=1_700_000_000,
    changed=1_700_000_001,
    made={"question": "0123456789abcdef"},
)
PATH = Path("cards.yaml")


def from_yaml(text: str) -> CardFile:
    return parse(dedent(text), PATH)


def files(folder: Path, text: str | None = None) -> CardFiles:
    """The card files of a folder, in which `text` is the file of the topic T."""
    if text is not None:
        folder.mkdir(exist_ok=True)
        (folder / "t.yaml").write_bytes(dedent(text).encode())
    ids = (f"new{number}" for number in range(1000))
    return CardFiles(folder, new_id=lambda: next(ids))


# --- reading ------------------------------------------------------------------------------------


def test_a_card_of_a_person_needs_only_question_and_answer() -> None:
    """What is missing has a default; keys that flashgen doesn't know are no fault."""
    file = from_yaml("""
        cards:
        - question: Why fsync?
          answer: Because of caches.
          mood: good
        """)
    assert file.all_cards() == (Card("", "Why fsync?", "Because of caches.", "", ""),)


def test_a_bare_list_is_a_card_file() -> None:
    """A file may be just a list of cards; its topic is then its name."""
    file = parse("- question: Why?\n  answer: So.\n", Path("databases.yaml"))
    assert (file.topic, file.card(0).question) == (("databases",), "Why?")


def test_everything_is_text() -> None:
    """What YAML would read as a boolean, a number or a date stays the text that it is."""
    file = from_yaml("""
        version: 1
        topic: [1.10, no]
        cards:
        - {id: 012, question: yes, answer: 1_000, tags: [on, 2024-01-01, ~], section: 3}
        """)
    card = file.card(0)
    assert file.topic == ("1.10", "no")
    assert (card.id, card.question, card.answer, card.tags, card.section) == (
        "012", "yes", "1_000", ("on", "2024-01-01", "~"), ("3",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("[a, b]", ("a", "b")),
        ("a, b", ("a", "b")),
        ("a b", ("a", "b")),
        ("", ()),
        ("[]", ()),
        ("disk::ssd", ("disk::ssd",)),
    ],
)
def test_tags_in_the_ways_people_write_them(written: str, tags: tuple[str, ...]) -> None:
    """Tags are a list, or words in a line."""
    assert from_yaml("cards: [{question: q, answer: a}]\n").card(0).tags == ()
    assert parse(f"cards:\n- question: q\n  tags: {written}\n", PATH).card(0).tags == tags


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14 22:13:20", 1_700_000_000),
        ("2023-11-15T00:13:20+02:00", 1_700_000_000),
        ("2023-11-14", 1_699_920_000),
        ("", 0),
    ],
)
def test_times(written: str, seconds: int) -> None:
    """Times are ISO 8601, in UTC unless they say otherwise."""
    assert parse(f"cards:\n- question: q\n  created: {written}\n", PATH).card(0).created == seconds


def test_a_cloze_needs_no_kind() -> None:
    """A question with a cloze in it is a cloze card."""
    assert from_yaml("cards: [{question: 'A {{c1::log}} comes first'}]").card(0).kind is Kind.CLOZE


def test_a_newer_file_is_refused() -> None:
    """A version of the future is not guessed at."""
    with pytest.raises(FileError, match=r"newer flashgen.*update") as caught:
        from_yaml("version: 2\ncards: []\n")
    assert caught.value.line == 1


def test_an_older_file_is_migrated(tmp_path: Path) -> None:
    """A file of an older version is read as today's, and written as today's with the next change."""
    (tmp_path / "t.yaml").write_text("version: 0\ntopic: [T]\ncards:\n- id: a\n  front: Why? # mine\n")
    steps = {0: lambda text: text.replace("version: 0", "version: 1").replace("front:", "question:")}
    store = CardFiles(tmp_path, migrations=steps)
    card = store.read(("T",))[0]
    assert card.question == "Why?"
    store.upsert(("T",), [Change(replace(card, answer="So."), card)])
    assert (tmp_path / "t.yaml").read_text() == (
        "version: 1\ntopic: [T]\ncards:\n- id: a\n  question: Why? # mine\n  answer: So.\n"
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("cards:\n- question: What is CAP: a theorem?\n", 2, "needs quotes"),
        ("cards:\n- question: q\n\tanswer: a\n", 3, "not with tabs"),
        ("cards:\n- question: 'it's'\n  answer: a\n", 2, "ends at a quote"),
        ('cards:\n- question: "open\n  answer: a\n', 2, "never closed"),
        ("cards:\n- question: @x\n", 2, "needs quotes"),
        ("cards:\n- question: *x\n", 2, "needs quotes"),
        ("cards:\n- question: q\n---\ncards: []\n", 3, "second document"),
        ("cards:\n- question: q\n<<<<<<< HEAD\n  answer: a\n=======\n", 3, "git merge"),
        ("cards:\n- question: q\n  question: r\n", 3, "stands twice"),
        ("cards: []\ncards: []\n", 2, "stands twice"),
        ("cards:\n- answer: a\n", 2, "no question"),
        ("cards:\n- just words\n", 2, "mapping"),
        ("cards: words\n", 1, "must be a list"),
        ("words\n", 1, "not a card file"),
        ("cards:\n- question: [a, b]\n", 2, "a text belongs here"),
        ("cards:\n- question: q\n  status: done\n", 3, "draft, active, rejected, retired"),
        ("cards:\n- question: q\n  kind: open\n", 3, "basic, cloze"),
        ("cards:\n- question: q\n  importance: high\n", 3, "1, 2, 3, 4 or 5"),
        ("cards:\n- question: q\n  created: yesterday\n", 3, "not a time"),
        ("cards:\n- question: q\n  findings: [{gate: g, verdict: bad}]\n", 3, "pass, warn, reject"),
        ("cards:\n- question: q\n  made: [a]\n", 3, "a value each"),
        ("version: one\n", 1, "not a number"),
        ("cards:\n- id: a\n  question: q\n- id: a\n  question: r\n", 4, "also|here and on line 2"),
        ("cards:\n- question: a\x01b\n", 2, r"U\+0001"),
        ("cards: " + "[" * 100_000, None, "too deep"),
        ("cards:\n" + "- " * 100_000, None, "too deep"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    """A slip in a card file is one sentence with the file, the line and the way out."""
    with pytest.raises(FileError, match=words) as caught:
        parse(text, PATH).all_cards()
    assert (caught.value.path, caught.value.line) == (PATH, line)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """Another encoding is named with the line where it shows."""
    (tmp_path / "t.yaml").write_bytes("cards:\n- question: кэш\n".encode("cp1251"))
    with pytest.raises(FileError, match="not UTF-8") as caught:
        read(tmp_path / "t.yaml")
    assert caught.value.line == 2


# --- writing ------------------------------------------------------------------------------------


def test_a_new_file_is_readable(tmp_path: Path) -> None:
    """A file begins with what may be edited, and long texts are folded, code stands as a block."""
    long = replace(
        CARD,
        question="In which order do a database with a log and its system write a change to "
        "the disk of the machine, and why?",
        answer="log(change)\nflush(log)\nwrite(page)",
        tags=("disk", "no"),
        proposal=Proposal("Why?", "So: it is", "as it said"),
        findings=(Finding("vague", Verdict.WARN, "asks why"),),
        importance=5,
    )
    files(tmp_path).upsert(("Databases", "Logs: a primer"), [Change(long)])
    assert (tmp_path / "databases-logs-a-primer.yaml").read_text() == HEADER + dedent("""\
        version: 1
        topic: [Databases, 'Logs: a primer']
        cards:
        - id: k3v9x2m7q4w8z5t1
          kind: basic
          question: >-
            In which order do a database with a log and its system write a change to the disk of the
            machine, and why?
          answer: |-
            log(change)
            flush(log)
            write(page)
          quote: A change is written to the log before it is written to the page.
          source: https://example.org/wal
          section: [Durability, The log]
          status: active
          tags: [disk, 'no']
          importance: 5
          created: 2023-11-14T22:13:20Z
          changed: 2023-11-14T22:13:21Z
          made: {question: 0123456789abcdef}
          proposal: {question: 'Why?', answer: 'So: it is', quote: as it said}
          findings:
          - {gate: vague, verdict: warn, reason: asks why}
        """)


BY_HAND = """\
    # My own words about this file
    version: 1
    topic: [T]   # the topic
    owner: me

    # Above all cards
    cards:
      # about the first
      - id: one     # never change
        question: "Why?"   # asked by Ann
        answer: >-
          Because it was
          so.

        tags: [a,   b] # two
        mood: good
        # the end of one

      # about the second
      - answer: 'it''s so'
        question: |   # as it came
          def f():
              return 1
        id: two
        findings:
          # first
          - gate: vague   # hm
            verdict: warn
            reason: "words"
      - {id: three, question: short, answer: 'a', x: [1, {y: z}]}  # in one line
    # the end
    more: yes
    """


@pytest.mark.parametrize(
    ("card_id", "change", "old", "new"),
    [
        ("one", {"question": "How so?"}, '"Why?"   # asked', "How so?   # asked"),
        ("one", {"question": "Two\nlines"}, '"Why?"   # asked', '"Two\\nlines"   # asked'),
        ("one", {"answer": "Short."}, ">-\n      Because it was\n      so.\n", "Short.\n"),
        ("one", {"tags": ("c",)}, "[a,   b] # two", "[c] # two"),
        ("one", {"tags": ()}, "    tags: [a,   b] # two\n    mood", "    # two\n    mood"),
        ("one", {"importance": 5}, "# two\n    mood", "# two\n    importance: 5\n    mood"),
        ("one", {"kind": Kind.CLOZE}, "# never change\n", "# never change\n    kind: cloze\n"),
        ("two", {"question": "x"}, "|   # as it came\n      def f():\n          return 1\n", "x\n    # as it came\n"),
        ("two", {"answer": "Long.\nLines."}, "'it''s so'\n", "|-\n      Long.\n      Lines.\n"),
        (
            "two",
            {"findings": ()},
            "\n    findings:\n      # first\n      - gate: vague   # hm\n        verdict: warn\n"
            '        reason: "words"\n',
            "\n    # first\n    # hm\n",
        ),
        ("two", {"quote": "it stands"}, "'it''s so'\n", "'it''s so'\n    quote: it stands\n"),
        ("three", {"answer": "a, b"}, "'a'", "'a, b'"),
        ("three", {"source": "https://example.org"}, "answer: 'a', x", "answer: 'a', source: 'https://example.org', x"),
    ],
)
def test_only_what_changed_is_rewritten(
    tmp_path: Path, card_id: str, change: dict[str, Any], old: str, new: str
) -> None:
    """One field of one card is replaced; comments, order, unknown keys and all other bytes stay."""
    store = files(tmp_path, BY_HAND)
    before = (tmp_path / "t.yaml").read_text()
    card = next(card for card in store.read(("T",)) if card.id == card_id)
    store.upsert(("T",), [Change(replace(card, **change), card)])
    assert before.count(old) == 1
    assert (tmp_path / "t.yaml").read_text() == before.replace(old, new)


def test_new_cards_go_behind_those_of_their_source(tmp_path: Path) -> None:
    """A new card stands behind the last card of its source, behind the card named, else at the end of the list."""
    store = files(tmp_path, BY_HAND)
    one = store.read(("T",))[0]
    store.upsert(("T",), [Change(replace(one, source="https://example.org/wal"), one)])
    ours = [
        Change(replace(CARD, id="x")),
        Change(replace(CARD, id="y", source="other")),
        Change(replace(CARD, id="z"), after="two"),
    ]
    store.upsert(("T",), ours)
    assert [card.id for card in store.read(("T",))] == ["one", "x", "two", "z", "three", "y"]
    text = (tmp_path / "t.yaml").read_text()
    assert "    # the end of one\n\n  - id: x\n" in text
    assert "  # about the second\n  - answer" in text
    assert text.endswith("  made: {question: 0123456789abcdef}\n# the end\nmore: yes\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# mine\n",
        "topic: [T]",
        "topic: [T]\ncards:   # none yet\n",
        "topic: [T]\ncards: []\nmore: x\n",
        "[]",
        '{"cards": []}',
        '{"topic": ["T"], "cards": [{"id": "a", "question": "q"}]}',
        "- question: q",
        "cards:\n- question: |\n    a\n    b",
    ],
)
def test_the_first_card_of_a_file(tmp_path: Path, text: str) -> None:
    """A card can be added to any file that can be read, also to one without cards, in braces, or without a newline."""
    store = files(tmp_path, text)
    topic = next(iter(store.files()))
    before = store.read(topic)
    store.upsert(topic, [Change(CARD)])
    assert store.read(topic) == (*before, CARD)
    assert all(line in (tmp_path / "t.yaml").read_text() for line in re.findall("#.*|more.*", text))


def test_windows_newlines_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    """A file keeps the newlines and the mark that its editor gave it."""
    text = "\ufeff" + "topic: [T]\ncards:\n- id: a\n  question: q\n  answer: |\n    x\n    y\n".replace("\n", "\r\n")
    (tmp_path / "t.yaml").write_bytes(text.encode())
    store = CardFiles(tmp_path)
    card = store.read(("T",))[0]
    assert card.answer == "x\ny\n"
    store.upsert(("T",), [Change(replace(card, question="one\ntwo"), card), Change(CARD)])
    assert store.read(("T",)) == (replace(card, question="one\ntwo"), CARD)
    data = (tmp_path / "t.yaml").read_bytes()
    assert data.startswith(b"\xef\xbb\xbftopic")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_cards_written_by_hand_get_an_id(tmp_path: Path) -> None:
    """A card without an id gets one, and a time, in the file; nothing else of it changes."""
    store = files(
        tmp_path, "topic: [T]\ncards:\n- question: q  # mine\n  answer: a\n- {question: r}\n- id: ''\n  question: s\n"
    )
    cards = store.adopt(("T",), 1_700_000_000)
    assert [card.id for card in cards] == ["new0", "new1", "new2"]
    assert (tmp_path / "t.yaml").read_text() == dedent("""\
        topic: [T]
        cards:
        - id: new0
          question: q  # mine
          answer: a
          created: 2023-11-14T22:13:20Z
          changed: 2023-11-14T22:13:20Z
        - {id: new1, question: r, created: 2023-11-14T22:13:20Z, changed: 2023-11-14T22:13:20Z}
        - id: new2
          question: s
          created: 2023-11-14T22:13:20Z
          changed: 2023-11-14T22:13:20Z
        """)
    assert store.adopt(("T",), 1_800_000_000) == cards


def test_nothing_to_change_writes_nothing(tmp_path: Path) -> None:
    """A change that changes nothing leaves the file alone, its time included."""
    store = files(tmp_path, BY_HAND)
    before = (tmp_path / "t.yaml").stat()
    cards = store.read(("T",))
    store.upsert(("T",), [Change(card, card) for card in cards])
    store.adopt(("T",), 1)
    assert (tmp_path / "t.yaml").stat() == before


# --- any text, any file -------------------------------------------------------------------------

ODD = " \n\t:#-'\"\\|>[]{},&*!%@`~=<.?0129eyNo_+TZ\x85\u2028\ufeff\u00a0\x7f\x00\x1b\r\U0001f600\ud800éк"
texts = st.one_of(
    st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters()), max_size=60),
    st.lists(st.sampled_from(["no", "word", "", "it's", '"q"', "x:", "#", "-", "\n", "long" * 9, "\\", "к"])).map(
        " ".join
    ),
    st.sampled_from(
        ["no", "2", "1.10", "1e3", "~", "null", "2020-01-01", "1:30", "=", "<<", "...", "---", "- a", "a: b"]
    ),
)
words = st.text(alphabet="abcdef:, #'\n", max_size=12)


def cards(text: st.SearchStrategy[str]) -> st.SearchStrategy[Card]:
    return st.builds(
        Card,
        id=st.text(alphabet="abcdefgh", min_size=4, max_size=8),
        question=text,
        answer=text,
        quote=text,
        source=text,
        section=st.lists(text, max_size=2).map(tuple),
        anchor=text,
        kind=st.sampled_from(Kind),
        status=st.sampled_from(Status),
        tags=st.lists(text, max_size=2).map(tuple),
        importance=st.integers(1, 5),
        created=st.integers(0, 2_000_000_000),
        changed=st.integers(0, 2_000_000_000),
        made=st.dictionaries(st.sampled_from(["question", "answer", "odd: key"]), text, max_size=2),
        proposal=st.none() | st.builds(Proposal, text, text, text, text),
        findings=st.lists(st.builds(Finding, text, st.sampled_from(Verdict), text), max_size=2).map(tuple),
    )


@given(texts, st.integers(0, 6), st.booleans())
def test_any_text_comes_back(text: str, indent: int, inline: bool) -> None:
    """Every text that is written reads as itself, also by YAML readers that know types (lone surrogates apart)."""
    pad = " " * indent
    written = f"{pad}a: {yaml_text.text(text, indent, inline=inline)}\n{pad}b: {{c: {yaml_text.value([text], 0)}}}\n"
    wanted = {"a": clean(text), "b": {"c": [clean(text)]}}
    for loader in (yaml.CBaseLoader, yaml.BaseLoader, yaml.SafeLoader):
        assert yaml.load(written, loader) == wanted


def clean(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@given(st.lists(cards(texts), max_size=4, unique_by=lambda card: card.id), st.data())
def test_any_cards_come_back(given_cards: list[Card], data: st.DataObject) -> None:
    """Cards with any content are read as they were written, new or changed."""
    with TemporaryDirectory() as folder:
        check_any_cards(CardFiles(Path(folder) / "cards"), given_cards, data)


def check_any_cards(store: CardFiles, given_cards: list[Card], data: st.DataObject) -> None:
    store.upsert(("T",), [Change(card) for card in given_cards])
    clean_cards = {card.id: card_fields.clean(card) for card in given_cards}
    assert {card.id: card for card in store.read(("T",))} == clean_cards
    if given_cards:
        other = replace(data.draw(cards(texts)), id=given_cards[0].id)
        base = store.read(("T",))[0]
        store.upsert(("T",), [Change(replace(other, id=base.id), base)])
        wanted = card_fields.clean(replace(other, id=base.id))
        now = store.read(("T",))[0]
        assert replace(now, created=0, changed=0) == replace(wanted, created=0, changed=0)


def by_hand(data: st.DataObject, given_cards: list[Card]) -> tuple[str, list[str]]:
    """A file with the cards as a person might have written it, and the comments that are in it."""
    counter = iter(range(10_000))
    comments: list[str] = []

    def comment(before: str = "  ", odds: int = 3) -> str:
        if data.draw(st.integers(0, odds)):
            return ""
        comments.append(f"# c{next(counter)}")
        return before + comments[-1]

    def comment_line(pad: str) -> str:
        line = comment(pad)
        return line + "\n" if line else data.draw(st.sampled_from(["", "", "\n"]))

    def scalar(text: str, indent: int) -> str:
        """The text in any style that can hold it, with a comment where one may stand."""
        styles = ["ours"]
        styles += ["double"] if text.isascii() and text.isprintable() else []
        styles += ["block"] if "\n" in text and text == text.strip() else []
        style = data.draw(st.sampled_from(styles))
        if style == "block":
            body = "\n".join(" " * (indent + 3) + line if line else "" for line in text.split("\n"))
            return f"|-{comment()}\n{body}"
        if style == "double":
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' + comment()
        return yaml_text.text(text, indent, inline=True) + comment()

    dash = " " * data.draw(st.integers(0, 2))
    out = [
        comment_line(""),
        "version: 1\n",
        "topic: [T]" + comment() + "\n",
        comment_line(""),
        "cards:" + comment() + "\n",
    ]
    for card in given_cards:
        fields = [(name, value) for name, value in card_fields.fields(card).items()]
        fields = data.draw(st.permutations([*fields, ("mine", "x: y"), ("other", ["a", "b"])]))
        out.append(comment_line(dash))
        if data.draw(st.integers(0, 4)) == 0:
            out.append(f"{dash}- {yaml_text.value(dict(fields), 0)}{comment()}\n")
            continue
        pad = dash + "  "
        lines = []
        for name, value in fields:
            if isinstance(value, str):
                lines.append(f"{pad}{name}: {scalar(value, len(pad))}\n{comment_line(pad)}")
            elif isinstance(value, list | tuple) and value and data.draw(st.booleans()):
                inner = "".join(
                    f"{pad}- {yaml_text.value(item, len(pad) + 2, inline=True)}{comment()}\n" for item in value
                )
                lines.append(f"{pad}{name}:{comment()}\n{comment_line(pad)}{inner}")
            else:
                lines.append(f"{pad}{name}: {yaml_text.value(value, len(pad))}{comment()}\n{comment_line(pad)}")
        out.append(f"{dash}- {''.join(lines)[len(pad) :]}")
    out.append(comment_line("") + data.draw(st.sampled_from(["", "tail: z\n"])))
    text = "".join(out)
    return (text.replace("\n", "\r\n") if data.draw(st.booleans()) else text), comments


@given(st.lists(cards(words), min_size=1, max_size=3, unique_by=lambda card: card.id), st.data())
def test_a_persons_file_survives_any_change(given_cards: list[Card], data: st.DataObject) -> None:
    """Whatever is changed and added, all comments and unknown keys stay, and untouched cards keep their very lines."""
    with TemporaryDirectory() as folder:
        check_any_change(Path(folder), given_cards, data)


def check_any_change(folder: Path, given_cards: list[Card], data: st.DataObject) -> None:
    text, comments = by_hand(data, given_cards)
    (folder / "t.yaml").write_bytes(text.encode())
    store = CardFiles(folder)
    before = store.read(("T",))
    assert [card.id for card in before] == [card.id for card in given_cards]
    target = data.draw(st.integers(0, len(before) - 1))
    drawn = data.draw(cards(words))
    names = data.draw(st.sets(st.sampled_from([*card_fields.ORDER[1:]]), min_size=1))
    ours = replace(
        before[target], **{name: getattr(drawn, name) for name in names if name not in ("created", "changed")}
    )
    fresh = [replace(card, id=f"new-{card.id}") for card in data.draw(st.lists(cards(words), max_size=2))]
    fresh = list({card.id: card for card in fresh}.values())
    store.upsert(("T",), [Change(ours, before[target]), *map(Change, fresh)])
    after = {card.id: card for card in store.read(("T",))}
    assert after == {card.id: card for card in (*before, ours, *fresh)}
    written = (folder / "t.yaml").read_bytes().decode()
    note(text)
    note(written)
    assert sorted(re.findall(r"# c\d+(?!\d)", written)) == sorted(comments)
    assert list(own_keys(text)) == list(own_keys(written))[: len(before)] or len(fresh) > 0
    assert set(own_keys(text)) <= set(own_keys(written))
    if not fresh:
        kept = [line for number, chunk in enumerate(chunks(text)) if number != target for line in chunk]
        assert set(kept) <= set(written.splitlines(keepends=True))


def own_keys(text: str) -> Iterator[tuple[str, str]]:
    for item in yaml.load(text, yaml.BaseLoader)["cards"]:
        if "mine" in item:
            yield item["mine"], str(item["other"])


def chunks(text: str) -> list[list[str]]:
    """The lines of each card."""
    node = yaml.compose(text, yaml.CBaseLoader)
    assert node
    items = next(value for key, value in node.value if key.value == "cards").value
    lines = text.splitlines(keepends=True)
    starts = [item.start_mark.line for item in items]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
