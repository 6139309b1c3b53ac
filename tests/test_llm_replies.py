"""The reply cache: the same question is never paid twice."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_server import cards_from, finished, serving

from flashgen.errors import FileError, ModelError
from flashgen.llm.replies import ReplyCache, key_of, remembered, spoiling, stored
from flashgen.types import Complete, Message, Prompt, Reply, Usage

PAID = Usage(1, 0, 100, 50, 0.01)


def prompt(text: str = "Hello") -> Prompt:
    return Prompt((Message("user", text),), {"type": "object"})


class Model:
    """A model that counts what it is asked, and echoes it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, prompt: Prompt) -> Reply:
        question = prompt.messages[-1].content
        self.asked.append(question)
        await asyncio.sleep(0)
        return Reply(f"to {question}", usage=PAID)


def test_a_stored_reply_costs_nothing(tmp_path: Path) -> None:
    """The second time, and in a later run, the reply is the same and is counted as cached."""
    model = Model()
    for expected in (PAID, Usage(cached=1)):
        with ReplyCache(tmp_path / "replies.db") as cache:
            reply = finished(remembered(stored(model, cache, "m"), cache, "m")(prompt()))
            assert (reply.text, reply.usage) == ("to Hello", expected)
    assert model.asked == ["Hello"]


@pytest.mark.parametrize(
    "other",
    [
        prompt("Hello!"),
        replace(prompt(), schema={"type": "array"}),
        replace(prompt(), max_tokens=1),
        replace(prompt(), temperature=0.5),
        replace(prompt(), messages=(Message("system", "Hello"),)),
        replace(prompt(), messages=(Message("user", "Hel"), Message("user", "lo"))),
    ],
)
def test_another_question_is_another_question(other: Prompt) -> None:
    """Messages, schema and parameters all count; so does the model. The schema's name doesn't."""
    assert key_of(other, "m") != key_of(prompt(), "m")
    assert key_of(prompt(), "n") != key_of(prompt(), "m")
    assert key_of(replace(prompt(), schema_name="x"), "m") == key_of(prompt(), "m")


@given(st.lists(st.integers(0, 4), max_size=30))
def test_no_prompt_is_asked_twice(questions: list[int]) -> None:
    """Whatever is asked at once and however often, each different prompt reaches the model once."""
    model = Model()

    async def ask(cache: ReplyCache) -> list[Reply]:
        complete = remembered(stored(model, cache, "m"), cache, "m")
        return list(await asyncio.gather(*(complete(prompt(str(n))) for n in questions)))

    with tempfile.TemporaryDirectory() as folder, ReplyCache(Path(folder) / "replies.db") as cache:
        replies = asyncio.run(ask(cache))
    assert [reply.text for reply in replies] == [f"to {n}" for n in questions]
    assert sorted(model.asked) == sorted({str(n) for n in questions})
    total = sum((reply.usage for reply in replies), Usage())
    assert (total.calls, total.calls + total.cached) == (len(set(questions)), len(questions))


def test_a_failed_call_leaves_no_reply(tmp_path: Path) -> None:
    """An error is not remembered: whoever waits for the same question asks it himself."""
    tries: list[int] = []

    async def second_time_lucky(prompt: Prompt) -> Reply:
        tries.append(1)
        await asyncio.sleep(0)
        if len(tries) == 1:
            raise ModelError("down")
        return Reply("up")

    async def both(complete: Complete) -> list[Reply | BaseException]:
        return list(await asyncio.gather(complete(prompt()), complete(prompt()), return_exceptions=True))

    with ReplyCache(tmp_path / "replies.db") as cache:
        first, second = asyncio.run(both(remembered(stored(second_time_lucky, cache, "m"), cache, "m")))
    assert isinstance(first, ModelError)
    assert isinstance(second, Reply)
    assert len(tries) == 2


def test_a_call_that_is_broken_off_hands_its_question_on(tmp_path: Path) -> None:
    """Where the one who asked first is cancelled, another who waits for the same reply still gets it."""
    model = Model()

    async def run(complete: Complete) -> str:
        first = asyncio.ensure_future(complete(prompt()))
        second = asyncio.ensure_future(complete(prompt()))
        await asyncio.sleep(0)
        first.cancel()
        return (await second).text

    with ReplyCache(tmp_path / "replies.db") as cache:
        assert asyncio.run(run(remembered(stored(model, cache, "m"), cache, "m"))) == "to Hello"


def test_a_spoilt_reply_is_asked_for_again_by_the_next_run(tmp_path: Path) -> None:
    """A reply of no use answers its question in the run that found out, and is bought anew by the next."""
    model = Model()
    path = tmp_path / "replies.db"
    with ReplyCache(path) as cache:
        complete = remembered(stored(model, cache, "m"), cache, "m")
        finished(complete(prompt()))
        spoiling(cache, "m")(prompt())
        assert finished(complete(prompt())).usage.cached == 1
    for calls in (2, 2):
        with ReplyCache(path) as cache:
            finished(remembered(stored(model, cache, "m"), cache, "m")(prompt()))
            assert len(model.asked) == calls


def test_faulty_replies_are_stored_whole(tmp_path: Path) -> None:
    """Refusals, cut replies and text that is half a character come back as they were, as far as UTF-8 can hold them."""
    with ReplyCache(tmp_path / "replies.db") as cache:
        cache.put(prompt(), "m", Reply('{"cut', "length", "no", PAID))
        cache.put(prompt("half"), "m", Reply("half \ud800"))
        assert cache.get(prompt(), "m") == Reply('{"cut', "length", "no", Usage(cached=1))
        assert cache.get(prompt("half"), "m") == Reply("half ?", usage=Usage(cached=1))


def test_a_damaged_cache_is_named(tmp_path: Path) -> None:
    """A file that is no database, a newer one or a folder in its place: the path, and what is wrong."""
    (tmp_path / "text.db").write_text("not a database, but long enough to look like a file of some kind" * 20)
    with pytest.raises(FileError, match=r"text\.db: the cache of model replies can't be used"):
        ReplyCache(tmp_path / "text.db")
    with sqlite3.connect(tmp_path / "new.db") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(FileError, match="newer flashgen"):
        ReplyCache(tmp_path / "new.db")
    with pytest.raises(FileError, match="can't be used"):
        ReplyCache(tmp_path)


RUN = """
import asyncio, os, pathlib, signal, sys
from flashgen.drafting.passage import by_passage
from flashgen.llm.chat import Chat
from flashgen.llm.replies import ReplyCache, remembered, stored
from flashgen.prompts import Prompts
from flashgen.types import Draft, Judged, Passage

url, path, kill = sys.argv[1:]
texts = [f"Every cache number {n} forgets. Each queue number {n} waits." for n in range(6)]
judged = 0

def judge(draft: Draft, passage: Passage) -> Judged:
    global judged
    if judged == int(kill):
        os.kill(os.getpid(), signal.SIGKILL)
    judged += 1
    return Judged(draft)

async def main() -> None:
    cache = ReplyCache(pathlib.Path(path))
    complete = remembered(stored(Chat(url, "", "m"), cache, "m"), cache, "m")
    draft = by_passage(complete, Prompts(), judge)
    for text in texts:
        await draft(Passage(text), 5)

asyncio.run(main())
print(judged)
"""


@pytest.mark.slow
def test_a_kill_between_reply_and_judgement_buys_nothing_twice(tmp_path: Path) -> None:
    """Runs that die by SIGKILL while a reply is being judged find all replies that had arrived; none is paid twice."""
    with serving(lambda n, body: cards_from(body)) as server:
        for kill in (0, 7, -1):
            done = subprocess.run(
                [sys.executable, "-c", RUN, server.url, str(tmp_path / "replies.db"), str(kill)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == (0 if kill < 0 else -signal.SIGKILL), done.stderr
    assert done.stdout.strip() == "12"
    assert (len(server.asked), server.repeated) == (6, 0)


def test_a_cache_of_before_batches_still_answers(tmp_path: Path) -> None:
    """A file of version 1 is taken over, its replies counted as paid."""
    path = tmp_path / "replies.db"
    with ReplyCache(path) as cache:
        cache.put(prompt(), "m", Reply("known", usage=PAID))
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE replies DROP COLUMN counted")
        db.execute("PRAGMA user_version = 1")
    with ReplyCache(path) as cache:
        reply = cache.get(prompt(), "m")
    assert reply == Reply("known", usage=Usage(cached=1))


def test_what_a_batch_cost_is_counted_once(tmp_path: Path) -> None:
    """The first run that uses a collected reply counts its cost; an answer that is there already is not replaced."""
    key = key_of(prompt(), "m")
    with ReplyCache(tmp_path / "replies.db") as cache:
        cache.put_collected(key, "m", Reply("by batch", usage=PAID))
        cache.put_collected(key, "m", Reply("again", usage=PAID))
        replies = [cache.get(prompt(), "m") for _ in range(2)]
    assert replies == [Reply("by batch", usage=PAID), Reply("by batch", usage=Usage(cached=1))]
