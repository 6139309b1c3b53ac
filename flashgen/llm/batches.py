"""Questions put off into batch jobs, and the answers fetched from them.

    build --batch    question → `Outbox` → a job
    a later run      job → `collect` → the reply cache → the question answered

A question that waits in a job is never asked another way: `unless_waiting` holds runs without --batch to that too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flashgen.errors import Deferred, FlashgenError
from flashgen.llm.batch_api import BatchApi, Progress, portions, question
from flashgen.llm.budget import Budget
from flashgen.llm.completion import reply_of
from flashgen.llm.dialect import Dialect
from flashgen.llm.prices import Rates
from flashgen.llm.replies import ReplyCache, key_of
from flashgen.llm.tokens import most_in_prompt
from flashgen.llm.waiting import Job, Waiting
from flashgen.types import Complete, Prompt, Reply

WAITS = "waits in a batch job for its answer: see `flashgen batch`"


class Outbox:
    """A Complete that answers nothing: it gathers questions, and `send` makes jobs of them.

    `rates` are those of a batch job; each question counts against `budget` with the most that it can cost. Raises
    Deferred for every question, and OverBudget where one could pass the budget.
    """

    def __init__(self, waiting: Waiting, dialect: Dialect, model: str, *, rates: Rates | None, budget: Budget) -> None:
        self._waiting = waiting
        self._dialect = dialect
        self._model = model
        self._rates = rates
        self._budget = budget
        self._questions: dict[str, tuple[bytes, float]] = {}

    async def __call__(self, prompt: Prompt) -> Reply:
        key = key_of(prompt, self._model)
        if key not in self._questions and not self._waiting.holds(key):
            most = self._rates.at_most(most_in_prompt(prompt), prompt.max_tokens) if self._rates else 0.0
            reserved = await self._budget.reserve(prompt)
            await self._budget.settle(reserved, reserved)
            self._questions[key] = (question(key, self._dialect.request(self._model, prompt)), most)
        raise Deferred(WAITS)

    async def send(self, api: BatchApi, now: int) -> list[Job]:
        """Send what was gathered, and return the jobs. What can't be sent is asked for at the next run. Raises
        ModelError."""
        sent = []
        for job_lines in portions((key, line) for key, (line, _) in self._questions.items()):
            mark = secrets.token_hex(8)
            keys = [key for key, _ in job_lines]
            most = [(key, self._questions[key][1]) for key in keys]
            job = Job(
                mark, api.base_url, self._model, created=now, questions=len(keys), at_most=sum(m for _, m in most)
            )
            self._waiting.begin(job, most)
            try:
                batch = await api.send(mark, (line for _, line in job_lines))
            except FlashgenError:
                if not await api.find(mark):
                    self._waiting.end(mark)
                raise
            self._waiting.sent(mark, batch)
            for key in keys:
                del self._questions[key]
            sent.append(job)
        return sent


def unless_waiting(complete: Complete, waiting: Waiting, model: str) -> Complete:
    """`complete`, but for what waits in a batch job: that is paid for already. Raises Deferred for it."""

    async def ask(prompt: Prompt) -> Reply:
        if waiting.holds(key_of(prompt, model)):
            raise Deferred(WAITS)
        return await complete(prompt)

    return ask


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one job: how it stands, how many answers are now in the cache, how many questions gave none and
    may be asked again, and the first reason for that."""

    job: Job
    progress: Progress
    answers: int = 0
    failed: int = 0
    problem: str = ""


async def collect(
    waiting: Waiting, api: BatchApi, cache: ReplyCache, rates_of: Callable[[str], Rates | None]
) -> list[Collected]:
    """Fetch what the jobs of `api`'s server have answered into `cache`. Raises ModelError, FileError.

    Doing it twice, or being killed within, harms nothing: an answer is in the cache before its question is let go.
    """
    found = []
    for job in waiting.jobs():
        if job.server != api.base_url:
            continue
        batch = job.batch or await api.find(job.mark)
        if not batch:  # it was written down and never arrived
            waiting.end(job.mark)
            continue
        if not job.batch:
            waiting.sent(job.mark, batch)
        progress = await api.progress(batch)
        found.append(await _fetch(job, progress, waiting, api, cache, rates_of(job.model)))
    return found


async def _fetch(
    job: Job, progress: Progress, waiting: Waiting, api: BatchApi, cache: ReplyCache, rates: Rates | None
) -> Collected:
    if not progress.over:
        return Collected(job, progress)
    open_ = waiting.keys(job.mark)
    answered, problem = [], progress.reason
    for line in await api.results(progress):
        if line.key not in open_:
            continue
        try:
            if line.completion is None:
                raise ValueError(line.problem)
            cache.put_collected(line.key, job.model, reply_of(line.completion, rates and rates.halved()))
            answered.append(line.key)
        except ValueError as error:
            problem = problem or str(error)
    waiting.answered(answered)
    waiting.end(job.mark)
    return Collected(job, progress, len(answered), len(open_) - len(answered), problem)
