"""The documents say what is there."""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import man_pages
import pytest

from flashgen import __version__
from flashgen.cli import main
from flashgen.cli.group import SECTIONS
from flashgen.gates import gates
from flashgen.prompts import DEFAULTS
from flashgen.settings import Price, Settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_stands_in_the_readme(name: str) -> None:
    """The README has a row for each command of --help."""
    assert f"`flashgen {name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", [gate.name for gate in gates()])
def test_every_gate_is_documented(name: str) -> None:
    """docs/cards.md says what each gate objects to."""
    assert f"| `{name}` |" in (ROOT / "docs" / "cards.md").read_text()


def test_every_setting_is_documented_with_its_default() -> None:
    """docs/settings.md has a row for each key of flashgen.toml, with the default that it has."""
    rows = re.findall(r"^\| `([\w.*]+)` \| (.+?) \|", (ROOT / "docs" / "settings.md").read_text(), re.M)
    told = {key: None if default == "none" else default.strip("`") for key, default in rows}
    shown = {
        key: text and tomllib.loads(f"x = {text.replace('VERSION', __version__)}")["x"] for key, text in told.items()
    }
    assert shown == dict(_keys(Settings(prices={"*": Price()}), ""))


def _keys(table: object, prefix: str) -> Iterator[tuple[str, object]]:
    """Every key below a table of the settings, with its value."""
    for field in dataclasses.fields(table):  # type: ignore[arg-type]
        value = getattr(table, field.name)
        if dataclasses.is_dataclass(value):
            yield from _keys(value, f"{prefix}{field.name}.")
        elif field.name == "prices":
            yield "prices", {}
            yield from _keys(value["*"], "prices.*.")
        else:
            yield f"{prefix}{field.name}", value


def test_the_manual_pages_are_current(tmp_path: Path) -> None:
    """docs/man says what the commands say of themselves; `python tests/man_pages.py` writes it anew."""
    man_pages.write(tmp_path)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in man_pages.FOLDER.iterdir()}
    assert kept == made, "docs/man is behind the commands: run `python tests/man_pages.py`"


def test_help_has_each_command_under_a_heading() -> None:
    """`flashgen --help` sorts the commands by what they are for, and forgets none."""
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(main.commands)


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_documents_are_reached_from_the_readme(path: Path) -> None:
    """Every page of docs/ is named in the README, and its own links lead somewhere."""
    assert f"docs/{path.name}" in (ROOT / "README.md").read_text()
    text = re.sub(r"^```.*?^```|`[^`\n]+`|^    .*?$", "", path.read_text(), flags=re.S | re.M)
    named = re.findall(r"\]\(([^)#\s]+)", text)
    assert [name for name in named if "://" not in name and not (path.parent / name).exists()] == []


def test_links_between_documents_lead_somewhere() -> None:
    """Files that the README names are there."""
    lines = (ROOT / "README.md").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("    "))
    named = {part.partition(")")[0] for part in text.split("](")[1:]}
    assert all((ROOT / path).exists() for path in named if "://" not in path)


def test_the_prompts_to_edit_are_the_ones_in_use() -> None:
    """prompts/ in the repository holds the templates that the package ships."""
    ours = {path.name: path.read_text() for path in DEFAULTS.glob("*.md")}
    assert {path.name: path.read_text() for path in (ROOT / "prompts").glob("*.md")} == ours
