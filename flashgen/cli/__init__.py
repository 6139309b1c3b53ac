"""The command line: each command parses, calls the app, prints. Nothing heavy is imported before it is used."""

from __future__ import annotations

from flashgen.cli import anki, batch, checks, feedback, lists, review, runs, sources, templates
from flashgen.cli.group import main

__all__ = ["anki", "batch", "checks", "feedback", "lists", "main", "review", "runs", "sources", "templates"]
