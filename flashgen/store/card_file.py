"""One card file as text with marks: which card stands where.

All is read as strings (`no`, `2` and `1.10` are text), and fast, by libyaml where PyYAML has it. A file may be
written by hand: a list of cards with nothing but question and answer is enough.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from flashgen.errors import FileError
from flashgen.store import card_fields
from flashgen.store.card_fields import BadField
from flashgen.types import Card, Topic

VERSION = 1
if TYPE_CHECKING:
    _BaseLoader = yaml.BaseLoader
else:
    _BaseLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Loader(_BaseLoader):
    """Composes nodes only. Nobody looks at their tags, so none is worked out, which takes a quarter off the time."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return ""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        return

    def ascend_resolver(self) -> None:
        return


HEADER = """\
# Cards of flashgen. Edit question, answer, quote, tags and status as you like: what you change stays yours.
# Keep the ids, they tie the cards to their reviews in Anki. A card that you delete does not come back.
# A card of your own needs only question: and answer:.
"""

Migrations = Mapping[int, Callable[[str], str]]
"""From a version to the text of the same file in the next one."""

MIGRATIONS: Migrations = {}

_DEEPEST = 1000
_DASHES = re.compile(rf" *(?:[-?:][ \t]+){{{_DEEPEST}}}")
_MERGE = re.compile(r"^(?:<{7}|={7}|>{7})(?:[ \t].*)?$", re.M)
_HINTS = (
    ("mapping values are not allowed", "a text with ': ' in it needs quotes around it, or stands below `|`"),
    ("tab character", "indent with spaces, not with tabs"),
    ("'\\t'", "indent with spaces, not with tabs"),
    ("expected a single document", "a line of three dashes begins a second document; take it out"),
    ("found unexpected end of stream", "a quote or bracket is opened and never closed"),
    ("while parsing a quoted scalar", "a text with quotes inside needs them doubled, or stands below `|`"),
    ("could not find expected ':'", "a text that goes over several lines needs quotes around it, or stands below `|`"),
    ("did not find expected key", "the text before it ends at a quote, or this line is not indented like the others"),
    ("found undefined alias", "a text that begins with * needs quotes around it"),
    ("cannot start any token", "a text that begins with this character needs quotes around it"),
)


@dataclass(frozen=True, slots=True)
class CardFile:
    """A card file as read. `items` are the mappings of the cards, in order; `cards` the list they stand in.

    `text` has the newlines of the file; marks of the nodes count its characters. `places` says which item has which
    id. `mark` says that the file begins with a byte order mark, which is no part of `text`.
    """

    path: Path
    text: str
    root: yaml.Node | None
    topic: Topic
    cards: yaml.SequenceNode | None
    items: tuple[yaml.Node, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    mark: bool = False

    def card(self, number: int) -> Card:
        """The card at a place. Raises FileError with its line."""
        try:
            return card_fields.card(self.items[number])
        except BadField as error:
            raise FileError(self.path, str(error), line=error.node.start_mark.line + 1) from None

    def all_cards(self) -> tuple[Card, ...]:
        """Every card, in order; those without an id have ''. Raises FileError."""
        return tuple(map(self.card, range(len(self.items))))


def new_text(topic: Topic) -> str:
    """A card file without cards."""
    from flashgen.store.yaml_text import value

    return f"{HEADER}version: {VERSION}\ntopic: {value(topic, 0)}\ncards: []\n"


def read(path: Path, *, migrations: Migrations = MIGRATIONS) -> CardFile:
    """The card file at `path`, brought up to today's version in memory. Raises FileError, with the line if it can."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(path, "is not UTF-8 text; save it as UTF-8", line=line) from None
    return replace(parse(text, path, migrations=migrations), mark=data.startswith(codecs.BOM_UTF8))


def parse(text: str, path: Path, *, migrations: Migrations = MIGRATIONS) -> CardFile:
    """The card file that `text` holds. Raises FileError.

    A last line without a newline is given one: what is added below must not change what it says.
    """
    text = text if text.endswith("\n") or not text else text + "\n"
    while True:
        root = compose(text, path)
        top = _top(root, path)
        version = _version(top.get("version"), path)
        if version >= VERSION:
            break
        text = migrations[version](text)
    cards = root if isinstance(root, yaml.SequenceNode) else top.get("cards")
    if isinstance(cards, yaml.ScalarNode) and not cards.value:
        cards = None
    if cards is not None and not isinstance(cards, yaml.SequenceNode):
        raise FileError(path, "cards: must be a list", line=cards.start_mark.line + 1)
    try:
        topic = card_fields.texts(top["topic"]) if "topic" in top else (path.stem,)
    except BadField as error:
        raise FileError(path, f"topic: {error}", line=error.node.start_mark.line + 1) from None
    items = tuple(cards.value) if cards else ()
    return CardFile(path, text, root, topic, cards, items, _places(items, path))


def _places(items: Sequence[yaml.Node], path: Path) -> dict[str, int]:
    """Where each id stands; cards without one are left out. Raises FileError for one that stands twice."""
    places: dict[str, int] = {}
    for number, item in enumerate(items):
        card_id = card_fields.scalar(item, "id")
        if card_id in places:
            first = items[places[card_id]].start_mark.line + 1
            why = f"the id {card_id} stands here and on line {first}; take it out of the copy, which gets its own"
            raise FileError(path, why, line=item.start_mark.line + 1)
        if card_id:
            places[card_id] = number
    return places


def topic_of(path: Path, *, migrations: Migrations = MIGRATIONS) -> Topic:
    """The topic of a card file, read no further than need be. Raises FileError."""
    text = _beginning(path)
    found = re.search(r"^cards:", text, re.M)
    head = text[: found.start()] if found else ""
    if re.search(r"^topic:", head, re.M) and re.search(r"^version:", head, re.M):
        return parse(head, path, migrations=migrations).topic
    return read(path, migrations=migrations).topic


def _beginning(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return file.read(8192)
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror}") from None


def compose(text: str, path: Path) -> yaml.Node | None:
    """The nodes of a YAML text. Raises FileError with the line, and with what people usually got wrong there."""
    _refuse_depth(text, path)
    try:
        node: yaml.Node | None = yaml.compose(text, Loader)
    except yaml.YAMLError as error:
        raise _broken(text, path, error) from None
    return node


def _refuse_depth(text: str, path: Path) -> None:
    """libyaml's depth is the stack's: a file that nests too deep would end the process."""
    long = (line for line in text.split("\n") if len(line) > 2 * _DEEPEST)
    if any(map(_DASHES.match, long)) or any(_depth(card) > _DEEPEST for card in text.split("\n- ")):
        raise FileError(path, "nests too deep for a card file")


def _depth(text: str) -> int:
    """How deep the brackets of `text` go at most; brackets in its texts count too, which errs on the safe side."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return 0
    depth = deepest = 0
    for bracket in re.findall(r"[\[{\]}]", text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _broken(text: str, path: Path, error: yaml.YAMLError) -> FileError:
    mark = getattr(error, "problem_mark", None)
    if conflict := _MERGE.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return FileError(path, "an unfinished git merge: choose one side and take the marks out", line=line)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = str(getattr(error, "context", None) or "")
    if "unexpected end of stream" in problem:
        mark = getattr(error, "context_mark", None) or mark
    hint = next((hint for words, hint in _HINTS if words in problem or words in context), "")
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return FileError(path, f"holds the character U+{int(error.character):04X}, which YAML can't", line=line)
    return FileError(path, f"not valid YAML: {hint or problem}", line=mark.line + 1 if mark else None)


def _top(root: yaml.Node | None, path: Path) -> dict[str, yaml.Node]:
    """The keys of the file itself. Raises FileError for one that stands twice, and for a file that is just a text."""
    if isinstance(root, yaml.ScalarNode) and root.value:
        raise FileError(path, "is not a card file: version:, topic: and a list cards: belong in it", line=1)
    top: dict[str, yaml.Node] = {}
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value in top:
            raise FileError(path, f"{key.value}: stands twice; keep one of them", line=key.start_mark.line + 1)
        top[str(key.value)] = value
    return top


def _version(node: yaml.Node | None, path: Path) -> int:
    if node is None:
        return VERSION
    written = str(node.value)
    if not written.isdecimal():
        raise FileError(path, f"version is {written!r}, not a number", line=node.start_mark.line + 1)
    if int(written) > VERSION:
        why = f"was written by a newer flashgen (version {written}; this one knows {VERSION}): update flashgen"
        raise FileError(path, why, line=node.start_mark.line + 1)
    return int(written)
