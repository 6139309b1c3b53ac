"""`flashgen try --compare`: the cards of two prompts, or of two models, for one source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from flashgen.app import Trial
from flashgen.app.model import Model
from flashgen.app.single import open_source, tried
from flashgen.app.taught import taught
from flashgen.errors import UsageError
from flashgen.halt import Halt
from flashgen.lists import every
from flashgen.outcome import Emit
from flashgen.prompts import Prompts
from flashgen.redrafting import Text, matched
from flashgen.settings import Settings
from flashgen.types import Judged


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: `folder` and `file` are prompts to use instead of the workspace's (both None: those), `defaults`
    says that only the package's count; `llm` and `model` are settings to use instead, '' for none."""

    name: str
    folder: Path | None = None
    file: Path | None = None
    defaults: bool = False
    llm: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The cards of both sides; `pairs` are their numbers, side by side where they quote the same sentence."""

    url: str
    title: str
    sides: tuple[Side, Side]
    trials: tuple[Trial, Trial]
    pairs: tuple[tuple[int | None, int | None], ...]


def side(name: str, here: Path) -> Side:
    """What A or B of `--compare A B` means.

    `workspace` are the prompts in use and `default` those of the package; a folder holds prompts, a `.md` file stands
    in for the prompt of its name; `LLM#MODEL` is a model of an --llm (`local`, `openai` or an address), such an LLM
    alone its own model, and anything else a model of the --llm in use. Raises UsageError for a file or folder that
    isn't there.
    """
    path = here / Path(name).expanduser()
    if name in ("workspace", "default"):
        return Side(name, defaults=name == "default")
    if path.is_dir():
        return Side(name, folder=path)
    if name.endswith(".md") and path.is_file():
        return Side(name, file=path)
    if name.endswith((".md", "/")) or name.startswith((".", "~")):
        raise UsageError(f"{name}: there is no such file or folder with prompts")
    llm, _, model = name.partition("#")
    if llm in ("local", "openai") or "://" in llm:
        return Side(name, llm=llm, model=model)
    return Side(name, model=name)


def settings_of(one: Side, settings: Settings) -> Settings:
    """The settings that a side is tried with."""
    if one.llm:
        return replace(settings, llm=one.llm, model=one.model)
    return replace(settings, model=one.model) if one.model else settings


def prompts_of(one: Side, root: Path) -> Prompts:
    """The templates that a side is tried with. Raises FileError for a file that stands in for no prompt."""
    if one.file:
        return Prompts(root / "prompts", instead={one.file.stem: one.file})
    return Prompts(None if one.defaults else one.folder or root / "prompts")


async def compared(
    root: Path, settings: Settings, target: str, names: tuple[str, str], emit: Emit, halt: Halt, *, offline: bool
) -> Comparison:
    """Both sides tried, one after the other. Raises UsageError, FileError, LinkError, ModelError."""
    here = Path.cwd()
    left, right = side(names[0], here), side(names[1], here)
    prompts = [prompts_of(one, root) for one in (left, right)]
    source = await open_source(root, settings, target, halt, offline=offline)
    trials = []
    for one, templates in zip((left, right), prompts, strict=True):
        chosen = settings_of(one, settings)
        model = Model(root, chosen, emit, halt, prompts=templates, examples=taught(every(root)))
        trials.append(await tried(source, model, chosen, emit, halt))
    first, second = trials
    pairs = _paired(first.cards, second.cards)
    return Comparison(first.url, first.title, (left, right), (first, second), pairs)


def _paired(one: tuple[Judged, ...], other: tuple[Judged, ...]) -> tuple[tuple[int | None, int | None], ...]:
    """Cards of one sentence beside each other, in the order of the first side; then what only the second has."""
    found = matched([_text(card) for card in one], [_text(card) for card in other])
    left = [(n, found.get(n)) for n in range(len(one))]
    rest: list[tuple[int | None, int | None]] = [(None, n) for n in range(len(other)) if n not in found.values()]
    return (*left, *rest)


def _text(card: Judged) -> Text:
    return Text(card.draft.question, card.draft.answer, card.draft.quote)
