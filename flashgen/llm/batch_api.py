"""A server's Batch API (files, batches): many questions in one job, answered within a day, at half the price.

The limits of a job are OpenAI's: https://platform.openai.com/docs/guides/batch.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flashgen.errors import ModelError
from flashgen.llm.chat import sdk_client
from flashgen.llm.completion import words_of

MOST_QUESTIONS = 50_000
MOST_BYTES = 180_000_000
"""A job's file may have 200 MB; room is left for what surrounds it in the upload."""

_MARK = "flashgen"
_OVER = frozenset({"completed", "failed", "expired", "cancelled"})


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job stands on the server: its own word for the state, and how many questions are answered or failed."""

    batch: str
    state: str
    total: int = 0
    completed: int = 0
    failed: int = 0
    output: str = ""
    errors: str = ""
    reason: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it. What was answered before an end by time or by hand is there."""
        return self.state in _OVER


@dataclass(frozen=True, slots=True)
class Line:
    """The outcome of one question: the completion, or why there is none."""

    key: str
    completion: Mapping[str, Any] | None
    problem: str = ""


class BatchApi:
    """The batch jobs of one server. Every method raises ModelError with what to do where the server won't."""

    def __init__(self, base_url: str, api_key: str, *, timeout: float = 180.0) -> None:
        self.base_url = base_url
        self._client = sdk_client(base_url, api_key, timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def send(self, mark: str, lines: Iterable[bytes]) -> str:
        """Send a job that carries `mark`, and return the server's name for it."""
        name = f"flashgen-{mark}.jsonl"
        file = await self._asked(self._client.files.create, file=(name, b"".join(lines)), purpose="batch")
        job = await self._asked(
            self._client.batches.create,
            input_file_id=file.id,
            endpoint="/v1/chat/completions",
            completion_window="24h",
            metadata={_MARK: mark},
        )
        return str(job.id)

    async def find(self, mark: str) -> str:
        """The server's name for the job that carries `mark`, '' where there is none; also where it can't list jobs."""
        try:
            page = await self._asked(self._client.batches.list, limit=100)
        except ModelError:
            return ""
        return next((str(job.id) for job in page.data if (job.metadata or {}).get(_MARK) == mark), "")

    async def progress(self, batch: str) -> Progress:
        """How a job stands."""
        job = await self._asked(self._client.batches.retrieve, batch)
        counts = job.request_counts
        told = [words_of(error.message or "") for error in (job.errors.data or [])] if job.errors else []
        return Progress(
            batch=batch,
            state=str(job.status),
            total=counts.total if counts else 0,
            completed=counts.completed if counts else 0,
            failed=counts.failed if counts else 0,
            output=job.output_file_id or "",
            errors=job.error_file_id or "",
            reason="; ".join(told),
        )

    async def results(self, progress: Progress) -> list[Line]:
        """What came of the questions of a job, in no order; those that were never tried are missing."""
        found = []
        for file in filter(None, (progress.output, progress.errors)):
            content = await self._asked(self._client.files.content, file)
            found += list(_lines(content.content))
        return found

    async def cancel(self, batch: str) -> None:
        """Ask the server to stop a job. What it has answered by then can still be collected, and is billed."""
        await self._asked(self._client.batches.cancel, batch)

    async def _asked(self, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        import openai

        try:
            return await call(*args, **kwargs)
        except openai.APIStatusError as error:
            said = words_of(error.body or error.message)
            if error.status_code in (404, 405, 501):
                raise ModelError(
                    f"{self.base_url} has no batch jobs, or not this one ({said}); go without --batch."
                ) from None
            raise ModelError(f"{self.base_url} refused a batch job ({error.status_code}: {said}).") from None
        except openai.APIError as error:
            raise ModelError(f"no answer about batch jobs from {self.base_url}: {words_of(error.message)}.") from None


def question(key: str, body: Mapping[str, Any]) -> bytes:
    """One line of a job's file."""
    line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def portions(lines: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    """`lines` (by key) in jobs that are not too large."""
    job: list[tuple[str, bytes]] = []
    size = 0
    for key, line in lines:
        if job and (len(job) == MOST_QUESTIONS or size + len(line) > MOST_BYTES):
            yield job
            job, size = [], 0
        job.append((key, line))
        size += len(line)
    if job:
        yield job


def _lines(content: bytes) -> Iterator[Line]:
    for raw in content.splitlines():
        try:
            row = json.loads(raw)
            key, response = str(row["custom_id"]), row.get("response") or {}
        except (ValueError, KeyError, AttributeError, TypeError):
            continue
        body = response.get("body")
        if response.get("status_code") == 200 and isinstance(body, Mapping):
            yield Line(key, body)
        else:
            yield Line(key, None, words_of(row.get("error") or body or "no answer"))
