"""The documents say what is there."""

from pathlib import Path

import pytest

from flashgen.cli import main
from flashgen.gates import gates
from flashgen.prompts import DEFAULTS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_stands_in_the_readme(name: str) -> None:
    """The README has a row for each command of --help."""
    assert f"`flashgen {name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", [gate.name for gate in gates()])
def test_every_gate_is_documented(name: str) -> None:
    """docs/cards.md says what each gate objects to."""
    assert f"| `{name}` |" in (ROOT / "docs" / "cards.md").read_text()


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
