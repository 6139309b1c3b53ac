"""What `flashgen init` lays out."""

import re
import tomllib
from pathlib import Path

from workspaces import Workspace

from flashgen import settings


def test_init_makes_a_workspace_that_works(tmp_path: Path) -> None:
    """The list can be read, holds a link and no note; the settings are all defaults."""
    workspace = Workspace(tmp_path)
    assert workspace.run("init").exit_code == 0
    shown = workspace.run("links")
    assert "1 links" in shown.stdout
    assert "note" not in shown.stdout
    assert settings.load(tmp_path) == settings.Settings()


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """What is there already stays as it is."""
    workspace = Workspace(tmp_path)
    workspace.write("flashgen.toml", "jobs = 3\n")
    workspace.run("init")
    assert (tmp_path / "flashgen.toml").read_text() == "jobs = 3\n"
    assert not workspace.run("init").stdout.startswith("made")


def test_every_line_of_the_settings_is_one_that_can_be_used(tmp_path: Path) -> None:
    """With the # taken away, every line of the commented flashgen.toml is a setting."""
    Workspace(tmp_path).run("init")
    text = (tmp_path / "flashgen.toml").read_text()
    opened = re.sub(r"^# (?=[\[\w])(?!Settings)", "", text, flags=re.M)
    settings.parse(tomllib.loads(opened))
    assert len(tomllib.loads(opened)) > 10
