"""The embedded model itself: real runtime, real weights, real HTTP. Needs the extra `local`."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import llm_server
import pytest
from test_examples import ALL
from workspaces import Workspace

from flashgen.drafting.sentence import by_sentence
from flashgen.drafting.sentence_prompt import SCHEMA
from flashgen.errors import ModelError
from flashgen.gates import judge
from flashgen.llm.chat import Chat
from flashgen.llm.local import LocalModel
from flashgen.llm.weights import Weights, locate
from flashgen.prompts import Prompts
from flashgen.sections import split
from flashgen.types import Article, Message, Passage, Prompt, Verdict

pytestmark = pytest.mark.slow

LOCAL = {"local"}
ARTICLE = Path(__file__).parent.parent / "decks" / "quickstart" / "articles" / "spacing.md"


@pytest.fixture(scope="module")
def model() -> Iterator[LocalModel]:
    """The 1.5B model, running. Without the extra `local` these tests fail: then they would show nothing."""
    with LocalModel(locate("1.5b")) as running:
        yield running


def ask(model: LocalModel, **body: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {model.api_key}"}
    return httpx.post(f"{model.base_url}/chat/completions", json=body, headers=headers, timeout=120)


def chatting(model: LocalModel) -> Chat:
    return Chat(model.base_url, model.api_key, model.model, timeout=300)


def test_it_keeps_to_a_strict_schema(model: LocalModel) -> None:
    """Asked through the one client for all servers, it answers with the JSON that the schema asks for."""

    async def answer() -> str:
        chat = chatting(model)
        try:
            prompt = Prompt((Message("user", "Write a flashcard: Water boils at 100 °C at sea level."),), SCHEMA)
            return (await chat(prompt)).text
        finally:
            await chat.close()

    (card,) = json.loads(asyncio.run(answer()))["cards"]
    assert set(card) == {"question", "answer"}


def test_it_names_itself(model: LocalModel) -> None:
    """Its list of models has the one that is running."""
    headers = {"Authorization": f"Bearer {model.api_key}"}
    listed = httpx.get(f"{model.base_url}/models", headers=headers).json()["data"]
    assert [item["id"] for item in listed] == [model.model]
    assert "Apache-2.0" in model.about


def test_others_on_this_machine_are_kept_out(model: LocalModel) -> None:
    """Without the key that only this run knows, nothing is answered."""
    answer = httpx.post(f"{model.base_url}/chat/completions", json={"messages": [{"role": "user", "content": "Hi"}]})
    assert answer.status_code == 401


def test_a_prompt_that_is_too_long_is_refused_and_harms_nothing(model: LocalModel) -> None:
    """More than the context holds gives a clean 400; the next question is answered."""
    assert ask(model, messages=[{"role": "user", "content": "long " * 9000}]).status_code == 400
    short = ask(model, messages=[{"role": "user", "content": "Say hello"}], max_tokens=5)
    assert short.status_code == 200


def test_it_writes_cards_that_pass_all_gates(model: LocalModel) -> None:
    """Of a passage of our own, at least two cards go through gates and scrutiny, each with a sentence of it."""
    article = Article(str(ARTICLE), str(ARTICLE), "file", ARTICLE.read_text(encoding="utf-8"), "Spacing", language="en")
    section = next(section for section in split(article) if section.path[-1:] == ("The testing effect",))
    passage = Passage(section.text, section.path, ("Memory",), "Spacing", "a.md", "en", "en")

    async def draft() -> list[str]:
        chat = chatting(model)
        try:
            drafted = await by_sentence(chat, Prompts(), judge)(passage, 3)
        finally:
            await chat.close()
        assert not drafted.problem
        return [judged.draft.quote for judged in drafted.judged if judged.verdict is Verdict.PASS]

    quotes = asyncio.run(draft())
    assert len(quotes) >= 2
    assert all(quote in " ".join(section.text.split()) for quote in quotes)


def test_it_stops_in_the_middle_of_an_answer() -> None:
    """Leaving the `with` ends the process at once, whatever it is doing, and breaks the open call."""
    failures: list[Exception] = []

    def long_answer(model: LocalModel) -> None:
        try:
            ask(
                model, messages=[{"role": "user", "content": "Count to one million."}], max_tokens=3000, ignore_eos=True
            )
        except httpx.HTTPError as error:
            failures.append(error)

    with LocalModel(locate("1.5b")) as model:
        process = model._process
        caller = Thread(target=long_answer, args=(model,))
        caller.start()
        caller.join(1.0)
        assert caller.is_alive()
    caller.join(10)
    assert process is not None
    assert process.poll() is not None
    assert failures


def test_a_crash_becomes_a_model_error() -> None:
    """When the runtime's process dies by itself, the run learns of it as a ModelError and lives on."""
    with LocalModel(locate("1.5b")) as model:
        model.check()
        assert model._process is not None
        os.kill(model._process.pid, signal.SIGKILL)
        model._process.wait()
        with pytest.raises(ModelError, match="stopped"):
            model.check()


def test_a_file_that_can_not_be_loaded_is_a_model_error(tmp_path: Path) -> None:
    """A broken file ends with a sentence and not with the end of our own process."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(1000))
    with pytest.raises(ModelError, match=r"broken stopped.*--model"), LocalModel(Weights("broken", broken, "broken")):
        pass


@pytest.mark.parametrize("words", sorted(each.words for each in ALL if LOCAL & set(each.words)), ids=" ".join)
def test_an_example_with_the_embedded_model_runs(words: tuple[str, ...], tmp_path: Path) -> None:
    """The examples of the documents that ask the embedded model, over a short article on disk."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as other:
        workspace = Workspace(tmp_path, other)
        workspace.reading_list("# Memory\n\n[Spacing](spacing.md)\n")
        article = workspace.write("decks/demo/spacing.md", ARTICLE.read_text(encoding="utf-8")[:1500])
        result = workspace.run(*[str(article) if word == "URL" else word for word in words])
    assert result.exit_code == 0, result.stderr
    assert "What is the spacing effect?" in result.stdout or "1 read" in result.stdout
