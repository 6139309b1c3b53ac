"""The client, against a real server on loopback that behaves as servers do."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from llm_server import Answer, Script, fails, says, serving

from flashgen.errors import CallFailed, ModelError
from flashgen.llm.chat import Chat, is_loopback
from flashgen.llm.dialect import Dialect, for_server
from flashgen.llm.prices import Rates
from flashgen.llm.retry import persistent
from flashgen.llm.retry_after import wish
from flashgen.llm.trouble import Cause, Trouble
from flashgen.types import Message, Prompt, Reply

T = TypeVar("T")
SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}, "required": ["a"]}
PROMPT = Prompt((Message("system", "Be brief."), Message("user", "Hello")), SCHEMA, max_tokens=77)
RATES = Rates(input=1.0, output=10.0, cached=0.1, written=2.0)
DIALECTS = yaml.safe_load((Path(__file__).parent / "cases" / "dialect.yaml").read_text(encoding="utf-8"))


def asking(url: str, work: Callable[[Chat], Awaitable[T]], **options: Any) -> T:
    """Do `work` with a Chat for the server at `url`."""

    async def run() -> T:
        chat = Chat(url, options.pop("key", ""), "scripted", **options)
        try:
            return await work(chat)
        finally:
            await chat.close()

    return asyncio.run(run())


def ask(script: Script, **options: Any) -> Reply:
    """The reply to one prompt from a server that answers by `script`."""
    with serving(script) as server:
        return asking(server.url, lambda chat: chat(PROMPT), **options)


# --- what is sent and what comes back -----------------------------------------------------------


def test_a_call_says_all_that_the_prompt_asks_for() -> None:
    """Messages, strict schema, token limit, temperature, and a key that is never empty."""
    with serving(lambda n, body: says("{}")) as server:
        asking(server.url, lambda chat: chat(PROMPT))
    assert server.asked == [
        {
            "model": "scripted",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
            "max_tokens": 77,
            "temperature": 0.0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA},
            },
        }
    ]
    assert server.headers[0]["authorization"] == "Bearer none"


def test_a_reply_is_handed_on_as_it_came() -> None:
    """Text, finish, refusal and usage reach the caller unjudged, also when they are of no use."""
    reply = ask(lambda n, body: says('{"cards": [{"qu', finish="length"), rates=RATES)
    assert (reply.text, reply.finish) == ('{"cards": [{"qu', "length")
    assert (reply.usage.calls, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (1, 100, 50)
    assert reply.usage.cost_usd == pytest.approx(600e-6)
    assert ask(lambda n, body: says(None, refusal="I can't.")).refusal == "I can't."


def test_cached_and_written_tokens_have_their_own_price() -> None:
    """What a server found in its cache is cheaper, what it wrote there may be dearer."""
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
    }
    reply = ask(lambda n, body: says("{}", usage=usage), rates=RATES)
    assert reply.usage.cost_usd == pytest.approx((10 * 1 + 60 * 0.1 + 30 * 2 + 50 * 10) / 1e6)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": 0}])
def test_usage_that_is_not_told_is_estimated(usage: Any) -> None:
    """A server that counts no tokens gets an estimate, and a cost that is not too low."""
    reply = ask(lambda n, body: says("some text", usage=usage), rates=RATES)
    assert reply.usage.prompt_tokens > 5
    assert reply.usage.completion_tokens == 3
    assert (reply.usage.cost_usd or 0) > RATES.cost(50, 77)


def test_unknown_prices_give_no_cost() -> None:
    """Without rates the tokens are counted and the cost stays unknown."""
    reply = ask(lambda n, body: says("{}"))
    assert reply.usage.cost_usd is None
    assert reply.usage.prompt_tokens == 100


def test_content_in_parts_is_put_together() -> None:
    """Some servers send the text as a list of parts."""
    document = {"choices": [{"message": {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}}]}
    assert ask(lambda n, body: Answer(json.dumps(document).encode())).text == "ab"


def test_the_servers_models_are_listed_in_its_order() -> None:
    """The names come as the server gives them."""
    with serving(lambda n, body: says(""), models=("b-model", "a-model")) as server:
        assert asking(server.url, lambda chat: chat.models()) == ["b-model", "a-model"]


# --- dialects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", DIALECTS, ids=lambda case: case["server"])
def test_a_refusal_narrows_just_what_it_names(case: Mapping[str, Any]) -> None:
    """The parameter that a server's answer names is dropped or exchanged, and no other."""
    before = Dialect(**case.get("has", {}))
    after = before.after(case["text"])
    if case["gives"] is None:
        assert after is None
    else:
        changed = {
            name: getattr(after, name) for name in Dialect.__slots__ if getattr(after, name) != getattr(before, name)
        }
        assert changed == case["gives"]


def test_openai_is_asked_in_its_own_way() -> None:
    """OpenAI's host gets its newer parameter names, any other server the older ones."""
    assert for_server("api.openai.com", "gpt-6-luna") == Dialect(limit="max_completion_tokens", effort="none")
    assert for_server("api.openai.com", "gpt-4o-mini") == Dialect(limit="max_completion_tokens")
    assert for_server("localhost", "gpt-6-luna") == Dialect()


def test_dropped_parameters_are_remembered() -> None:
    """A server that refuses one parameter after another is satisfied in the end, and then not bothered again."""

    def script(n: int, body: Mapping[str, Any]) -> Answer:
        form = body.get("response_format", {})
        if "maxLength" in json.dumps(form):
            return fails(400, "'maxLength' is not permitted")
        if "temperature" in body:
            return fails(
                400, "Unsupported value: 'temperature' does not support 0 with this model.", param="temperature"
            )
        if "max_tokens" in body:
            return fails(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        if form.get("type") == "json_schema":
            return fails(422, "response_format json_schema is not supported")
        if form:
            return Answer(b"{\"error\": \"'response_format.type' must be 'json_schema' or 'text'\"}", 400)
        return says('{"cards": []}')

    async def twice(chat: Chat) -> list[Reply]:
        return [await chat(PROMPT), *await asyncio.gather(chat(PROMPT), chat(PROMPT))]

    with serving(script) as server:
        assert [reply.text for reply in asking(server.url, twice)] == ['{"cards": []}'] * 3
    assert len(server.asked) == 6 + 2
    assert set(server.asked[-1]) == {"model", "messages", "max_completion_tokens"}
    assert server.asked[-1]["max_completion_tokens"] == 77


def test_calls_that_are_refused_together_learn_together() -> None:
    """Many calls under way at the first refusal cost one more try each, not one parameter each."""

    def script(n: int, body: Mapping[str, Any]) -> Answer:
        return fails(400, "json_schema is not supported") if "json_schema" in json.dumps(body) else says("{}")

    async def many(chat: Chat) -> list[Reply]:
        return list(await asyncio.gather(*(chat(PROMPT) for _ in range(8))))

    with serving(script) as server:
        asking(server.url, many)
    forms = [body["response_format"]["type"] for body in server.asked]
    assert forms.count("json_object") == 8
    assert 1 <= forms.count("json_schema") <= 8


# --- failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fails(401, "Incorrect API key"), "wants a key"),
        (fails(403, "Country not supported"), "403"),
        (fails(404, "The model `x` does not exist", code="model_not_found"), "has no model 'scripted'"),
        (fails(429, "You exceeded your current quota", code="insufficient_quota"), "no credit left"),
        (fails(402, "Payment required"), "no credit left"),
        (Answer(b"<!DOCTYPE html><p>Welcome", headers={"Content-Type": "text/html"}), "answered with a web page"),
        (Answer(b"<html>Sign in"), "answered with a web page"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_wont_pass_is_said_at_once(answer: Answer, said: str) -> None:
    """No key, no such model, no credit, no model server: one call, and a sentence with the address in it."""
    with serving(lambda n, body: answer) as server, pytest.raises(ModelError, match=said) as caught:
        asking(server.url, lambda chat: persistent(chat)(PROMPT))
    assert server.url in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (fails(429, "slow down"), Cause.LIMIT),
        (fails(500), Cause.SERVER),
        (fails(503), Cause.SERVER),
        (Answer(b'{"choices": []}'), Cause.SERVER),
        (Answer(b'{"error": {"message": "overloaded", "code": 502}}'), Cause.SERVER),
        (Answer(b"oops"), Cause.SERVER),
        (Answer(b"[]"), Cause.SERVER),
        (Answer(cut=True), Cause.LOST),
        (fails(400, "Invalid request"), Cause.REFUSED),
        (fails(418), Cause.REFUSED),
    ],
)
def test_what_may_pass_is_trouble(answer: Answer, cause: Cause) -> None:
    """Each way to fail has its cause, which decides whether it is worth another try."""
    with pytest.raises(Trouble) as caught:
        ask(lambda n, body: answer)
    assert caught.value.cause is cause


def test_a_drip_is_cut_off_by_the_deadline() -> None:
    """The whole call has a time limit, and a call that was lost to it may have been paid for."""
    with pytest.raises(Trouble, match=r"within 0\.2 seconds") as caught:
        ask(lambda n, body: Answer(says("late").body, wait=30), timeout=0.2)
    assert caught.value.may_be_billed


def test_a_server_that_is_down_is_named() -> None:
    """Where nobody listens, the message has the address and asks the right question, without any waiting."""
    with serving(lambda n, body: says("")) as server:
        url = server.url
    with pytest.raises(ModelError, match="is the server running") as caught:
        asking(url, lambda chat: persistent(chat)(PROMPT))
    assert url in str(caught.value)


def test_a_passage_that_is_too_long_fails_alone() -> None:
    """A prompt that doesn't fit into the context is that section's problem, and nothing is dropped for it."""
    said = "'max_tokens' is too large: 77. This model's maximum context length is 64 tokens"
    with serving(lambda n, body: fails(400, said)) as server, pytest.raises(CallFailed, match="does not fit"):
        asking(server.url, lambda chat: chat(PROMPT))
    assert len(server.asked) == 1


def test_what_a_server_says_is_safe_to_print() -> None:
    """The words of a server reach the terminal without control codes, and not at any length."""
    with pytest.raises(Trouble) as caught:
        ask(lambda n, body: fails(500, "bad\x1b[2J\u202e\n" + "x" * 1000))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:02:00 GMT"}, 20),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_the_servers_wish_is_understood(headers: Mapping[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds or a date; nonsense is no wish."""
    assert wish(headers, now=100.0) == seconds


# --- the way to the server ----------------------------------------------------------------------


def test_loopback_is_asked_directly() -> None:
    """A proxy in the environment is not asked for a server on this machine."""
    code = (
        "import asyncio, sys\n"
        "from flashgen.llm.chat import Chat\n"
        "from flashgen.types import Message, Prompt\n"
        "chat = Chat(sys.argv[1], '', 'm')\n"
        "print(asyncio.run(chat(Prompt((Message('user', 'x'),)))).text)"
    )
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:1")
    with serving(lambda n, body: says("direct")) as server:
        done = subprocess.run(
            [sys.executable, "-c", code, server.url],
            env={**os.environ, **proxies},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == "direct", done.stderr


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:1234/v1", True),
        ("http://127.0.0.2/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://gpu.localhost/v1", True),
        ("http://192.168.0.5/v1", False),
        ("https://api.openai.com/v1", False),
        ("http://localhost.example.com/v1", False),
    ],
)
def test_loopback_is_recognised(url: str, here: bool) -> None:
    """Only this machine counts as loopback."""
    assert is_loopback(url) is here
