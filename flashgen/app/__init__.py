"""What each command does, wired from concrete parts. Only this package knows them all."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashgen import settings as settings_file
from flashgen.app.values import Output, ReadResult, Trial
from flashgen.errors import FlashgenError
from flashgen.outcome import Emit, RunResult
from flashgen.settings import Settings
from flashgen.types import PushResult, ReadingList

if TYPE_CHECKING:
    from flashgen.app.answers import Answered
    from flashgen.app.comparison import Comparison
    from flashgen.app.feedback import FeedbackResult
    from flashgen.app.post import JobStatus
    from flashgen.app.prompting import Rendered, Template
    from flashgen.app.redrafting import Redrafted
    from flashgen.app.review import Desk
    from flashgen.app.status import ListStatus
    from flashgen.doctor import Check
    from flashgen.lint import LintRow
    from flashgen.lint.fix import Fix
    from flashgen.llm.batches import Collected
    from flashgen.llm.waiting import Job
    from flashgen.redrafting import Redraft
    from flashgen.stats import Stats


COLLECTION = "FLASHGEN_ANKI_COLLECTION"
"""The environment variable that stands over `[anki] collection`: a profile, a file, "auto", or "off"."""


class App:
    """flashgen in one workspace, with its settings."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings

    @classmethod
    def at(cls, cwd: Path, names: Sequence[str] = (), **overrides: Any) -> App:
        """The app for the workspace around `cwd` (or around the first of the lists in `names`).

        `overrides` stand over the settings of flashgen.toml; None means no override. Raises SettingsError.
        """
        from flashgen.lists import workspace_root

        root = workspace_root(cwd, names)
        settings = settings_file.load(root)
        if (collection := os.environ.get(COLLECTION)) is not None:
            settings = replace(settings, anki=replace(settings.anki, collection=collection))
        return cls(root, settings_file.overridden(settings, overrides))

    @property
    def _at_once(self) -> Settings:
        """The settings for somebody who waits for the answer: no batch jobs."""
        return replace(self.settings, batch=False)

    def reading_lists(self, names: Sequence[str]) -> list[ReadingList]:
        """The lists as read. Raises NoSuchList, FileError."""
        from flashgen.app.lists import read_list
        from flashgen.lists import find

        return [read_list(place) for place in find(self.root, names)]

    def read(self, targets: Sequence[str], emit: Emit, *, offline: bool = False) -> list[ReadResult]:
        """Every target as an article, in the order asked for; one that can't be read is a result too."""
        from flashgen.app import running
        from flashgen.app.single import read_all

        return running.run(lambda halt: read_all(self.root, self.settings, targets, halt, offline=offline), emit)

    def trial(self, target: str, emit: Emit, *, offline: bool = False) -> Trial:
        """The cards that one source would give. Replies are cached, no card is stored. Raises LinkError, ModelError."""
        from flashgen.app import running
        from flashgen.app.single import trial

        return running.run(lambda halt: trial(self.root, self._at_once, target, emit, halt, offline=offline), emit)

    def comparison(self, target: str, names: tuple[str, str], emit: Emit, *, offline: bool = False) -> Comparison:
        """The cards that one source gives by two prompts or models. Raises UsageError, FileError, LinkError,
        ModelError."""
        from flashgen.app import running
        from flashgen.app.comparison import compared

        asked = (self.root, self._at_once, target, names, emit)
        return running.run(lambda halt: compared(*asked, halt, offline=offline), emit)

    def redraft(self, target: str, emit: Emit, confirm: Callable[[Redraft], bool], **wanted: bool) -> Redrafted:
        """Draft the links that a URL or a topic means again; `confirm` shows a person what would change. `wanted` holds
        the other fields of `redrafting.Wanted`. Raises UsageError, Locked, FileError, ModelError."""
        from flashgen.app import running
        from flashgen.app.redrafting import Wanted, redraft_all

        asked = Wanted(target, confirm, **wanted)
        return running.run(lambda halt: redraft_all(self.root, self._at_once, asked, emit, halt), emit)

    def prompts(self) -> list[Template]:
        """The prompt templates, and the parts that they include. Raises FileError."""
        from flashgen.app.prompting import templates

        return templates(self.root)

    def rendered_prompt(self, name: str, target: str, section: int, emit: Emit, *, offline: bool = False) -> Rendered:
        """A template filled in for a section of a source, as it would be sent. Raises FileError, UsageError,
        LinkError."""
        from flashgen.app import running
        from flashgen.app.prompting import rendered

        asked = (self.root, self.settings, name, target, section)
        return running.run(lambda halt: rendered(*asked, halt, offline=offline), emit)

    def copy_prompts(self, names: Sequence[str]) -> list[Path]:
        """Copies of templates in the workspace, to be edited. Raises FileError; nothing is overwritten."""
        from flashgen.app.prompting import copy

        return copy(self.root, names)

    def build(
        self,
        names: Sequence[str],
        emit: Emit,
        output: Output,
        *,
        offline: bool = False,
        confirm: Callable[[str], bool] = lambda question: False,
        **request: Any,
    ) -> RunResult:
        """Make the decks of the lists up to date. `request` holds the fields of `agenda.Request`; `confirm` puts a
        question to a person.

        Raises what makes a run impossible; what ends it early stands in the result.
        """
        from flashgen.agenda import Request
        from flashgen.app.seal import Seal
        from flashgen.lists import find

        places, wanted = find(self.root, names), Request(**request)
        seal = Seal(self.root, places, self.settings, repr((output, offline)))
        if wanted == Request() and (rest := seal.opened(int(time.time()))):
            return rest
        from flashgen.app import running
        from flashgen.app.building import build
        from flashgen.app.opened import Run

        asked = Run(wanted, output, offline, confirm)
        began = time.monotonic()
        result = running.run(lambda halt: build(self.root, self.settings, places, asked, emit, halt), emit)
        if result.idle:
            seal.close(result, result.idle, int(time.time()))
        return replace(result, seconds=time.monotonic() - began)

    def feedback(
        self,
        names: Sequence[str],
        emit: Emit,
        *,
        limit: int | None = None,
        look_only: bool = False,
        sync_server: str | None = None,
        user: str = "",
        confirm: Callable[[str], bool] = lambda question: False,
    ) -> FeedbackResult:
        """Read reviews from Anki, take edits over, propose better cards for bad ones. With a `sync_server`, what it has
        for `user` is read. Raises AnkiError, Locked, UsageError."""
        from flashgen.app import running
        from flashgen.app.feedback import Wanted, feedback
        from flashgen.app.ways import into_server
        from flashgen.lists import find

        places, wanted, settings = find(self.root, names), Wanted(limit, look_only, confirm), self.settings
        if sync_server:
            with into_server(sync_server, user) as server:
                settings = settings_file.overridden(settings, {"collection": str(server.path)})
        return running.run(lambda halt: feedback(self.root, settings, places, wanted, emit, halt), emit)

    def answer(self, names: Sequence[str], yes: Sequence[str], no: Sequence[str]) -> list[Answered]:
        """Say yes and no to proposals, by the ids of their cards or "all". Raises UsageError, Locked."""
        from flashgen.app.answers import answer
        from flashgen.lists import find

        return answer(self.root, find(self.root, names), yes, no)

    def batch_jobs(self) -> list[JobStatus]:
        """The batch jobs that answers are to come from."""
        from flashgen.app import post

        return asyncio.run(post.jobs(self.root, self.settings))

    def collect_batches(self) -> list[Collected]:
        """Fetch what batch jobs have answered; the next build uses it. Raises Locked, ModelError, FileError."""
        from flashgen.app import post
        from flashgen.store import locked

        with locked(self.root / ".flashgen" / "lock", "flashgen batch collect"):
            return asyncio.run(post.collected(self.root, self.settings))

    def cancel_batches(self, names: Sequence[str]) -> list[Job]:
        """Have the named batch jobs stopped, all without names. Raises UsageError, ModelError."""
        from flashgen.app import post

        return asyncio.run(post.cancelled(self.root, names))

    def push(
        self,
        names: Sequence[str],
        *,
        dry_run: bool = False,
        confirm: Callable[[str], bool] = lambda question: False,
        **way: Any,
    ) -> list[PushResult]:
        """Bring the notes of the lists up to date in Anki. `way` holds the fields of `ways.Wanted`; `confirm` puts a
        question to a person.

        Where no Anki runs, the decks are written to be imported by hand, and that is the error. Raises Locked,
        FileError, UsageError, AnkiError.
        """
        from flashgen.app.ways import Wanted, pushed
        from flashgen.lists import find

        places = find(self.root, names)
        return pushed(self.root, self.settings, places, Wanted(**way), dry_run=dry_run, confirm=confirm)

    def status(self, names: Sequence[str]) -> list[ListStatus]:
        """Where each list stands."""
        from flashgen.app.status import statuses
        from flashgen.lists import find

        return statuses(self.root, find(self.root, names))

    def stats(self, names: Sequence[str], page: Path | None = None) -> tuple[Stats, Path]:
        """The lists in numbers, and the page that shows them, written to `page` or into build/. Raises FileError."""
        from flashgen.app.stats import gathered, written
        from flashgen.lists import find

        found = gathered(self.root, self.settings, find(self.root, names))
        return found, written(found, self.root, page)

    def desk(self, names: Sequence[str]) -> Desk:
        """The cards of lists, laid out to be judged. Raises NoSuchList, FileError."""
        from flashgen import embeddings
        from flashgen.app.review import Desk
        from flashgen.lists import find

        places = find(self.root, names)
        desk = Desk(
            self.root, self.settings, places, vectors=embeddings.vectors(self.root / ".flashgen" / "vectors.sqlite")
        )
        desk.index.sync()
        return desk

    def lint(self, file: Path) -> Sequence[LintRow]:
        """The gates over the cards of a file. Raises FileError."""
        from flashgen import embeddings
        from flashgen.lint import lint

        cache = self.root / ".flashgen"
        vectors = embeddings.vectors(cache / "vectors.sqlite" if cache.is_dir() else None)
        return lint(file, self.settings.gates, vectors=vectors)

    def fix(self, file: Path) -> tuple[Sequence[Fix], int | None]:
        """The cards of a file that could be better in form, and how many of these were kept as proposals in it; None
        where it is no card file of ours and stays as it is. Raises FileError."""
        from flashgen.lint.fix import fixes, stored

        found = fixes(file, self.settings.gates)
        return found, stored(file, found)

    def doctor(self) -> list[Check]:
        """What is installed and what answers."""
        from flashgen.app.model import describe
        from flashgen.doctor import checks

        return list(checks(self.root, self.settings, lambda: describe(self.settings)))


__all__ = ["App", "FlashgenError", "Output", "ReadResult", "Trial"]
