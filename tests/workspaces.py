"""A workspace in a temporary folder, and flashgen run in it as a person would."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result
from llm_server import ModelServer

from flashgen.cli import main

NO_MODEL = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": "", "FLASHGEN_API_KEY": "", "FLASHGEN_EMBEDDINGS": "off"}
"""Nothing that the machine has by chance decides a test."""


@dataclass(frozen=True)
class Workspace:
    """A folder with lists, run with a model server or none."""

    root: Path
    llm: ModelServer | None = None

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def reading_list(self, text: str, name: str = "demo") -> Path:
        """A reading list."""
        return self.write(f"decks/{name}/reading-list.md", text)

    def run(self, *args: str, env: Mapping[str, str] | None = None) -> Result:
        """`flashgen ARGS`, from the workspace's root. What broke inside is raised."""
        model = {"OPENAI_BASE_URL": self.llm.url, "OPENAI_API_KEY": "test"} if self.llm else {}
        with _inside(self.root):
            result = CliRunner().invoke(main, args, env={**NO_MODEL, **model, **(env or {})})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def inside(self) -> AbstractContextManager[None]:
        """Stand in the workspace's root, for the length of a `with`."""
        return _inside(self.root)

    def build(self, *args: str) -> dict[str, Any]:
        """The JSON of a build of everything, which has to end well; the result of the one list."""
        result = self.run("build", "--allow-private", "--json", *args)
        assert result.exit_code == 0, result.stderr
        (only,) = json.loads(result.stdout)["lists"]
        return dict(only)

    def refresh(self, *args: str) -> dict[str, dict[str, Any]]:
        """The JSON of a refresh, which has to end well: the result of each list by its name."""
        result = self.run("refresh", "--allow-private", "--json", *args)
        assert result.exit_code == 0, result.stderr
        return {one["name"]: one for one in json.loads(result.stdout)["lists"]}

    def cards(self, name: str = "demo") -> list[dict[str, Any]]:
        """All cards of a list, as they stand in its files."""
        files = sorted((self.root / "decks" / name / "cards").glob("*.yaml"))
        return [card for file in files for card in yaml.safe_load(file.read_text(encoding="utf-8"))["cards"] or []]

    def forget_anki(self, name: str = "demo") -> None:
        """Have a list look as if Anki had never been given any of it."""
        path = self.root / "decks" / name / "sources.json"
        path.write_text(json.dumps({**self.ledger(name), "shipped": {}}), encoding="utf-8")

    def ledger(self, name: str = "demo") -> dict[str, Any]:
        """The ledger of a list."""
        text = (self.root / "decks" / name / "sources.json").read_text(encoding="utf-8")
        return dict(json.loads(text))


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
