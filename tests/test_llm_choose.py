"""Which model a run uses."""

from collections.abc import Mapping

import pytest
from llm_server import finished, says, serving

from flashgen.errors import FlashgenError, ModelError, SettingsError
from flashgen.llm.choose import OPENAI_MODEL, OPENAI_URL, Choice, choose, first_model, named
from flashgen.llm.prices import KNOWN

KEY = {"OPENAI_API_KEY": "sk-1"}
BASE = {"OPENAI_BASE_URL": "http://gpu:8000/v1/"}


@pytest.mark.parametrize(
    ("llm", "model", "environ", "local", "choice"),
    [
        ("", "", {}, True, Choice("local")),
        ("local", "", KEY, False, Choice("local")),
        ("local", "my.gguf", {}, True, Choice("local", model="my.gguf")),
        ("", "", KEY, True, Choice("openai", OPENAI_URL, "sk-1", OPENAI_MODEL)),
        ("openai", "gpt-x", KEY, True, Choice("openai", OPENAI_URL, "sk-1", "gpt-x")),
        ("", "", BASE, True, Choice("openai", "http://gpu:8000/v1")),
        ("", "", {**KEY, **BASE}, True, Choice("openai", "http://gpu:8000/v1", "sk-1")),
        ("http://localhost:11434", "", {}, False, Choice("openai", "http://localhost:11434/v1")),
        ("https://models.example/api/v2/", "m", {}, False, Choice("openai", "https://models.example/api/v2", "", "m")),
    ],
)
def test_a_model_is_chosen(llm: str, model: str, environ: Mapping[str, str], local: bool, choice: Choice) -> None:
    """What was asked for wins; then the environment; then the embedded model if it is installed."""
    assert choose(llm, model, environ, lambda: local) == choice


@pytest.mark.parametrize(
    ("url", "environ", "key"),
    [
        ("http://evil.example/v1", KEY, ""),
        ("http://gpu:8000/v1", {**KEY, **BASE}, "sk-1"),
        ("http://other:8000/v1", {**KEY, **BASE}, ""),
        (OPENAI_URL, KEY, "sk-1"),
        (OPENAI_URL, {**KEY, **BASE}, ""),
        ("http://evil.example/v1", {**KEY, "FLASHGEN_API_KEY": "own"}, "own"),
    ],
)
def test_a_key_goes_only_where_it_belongs(url: str, environ: Mapping[str, str], key: str) -> None:
    """OPENAI_API_KEY is for OpenAI or for OPENAI_BASE_URL; a server named by its address gets FLASHGEN_API_KEY."""
    assert choose(url, "m", environ, lambda: True).api_key == key


def test_a_key_is_not_shown() -> None:
    """The key is in no log line and no traceback."""
    assert "sk-1" not in repr(choose("", "", KEY, lambda: True))


@pytest.mark.parametrize(
    ("llm", "environ", "error", "said"),
    [
        ("", {}, ModelError, "pip install 'flashgen[local]'"),
        ("", {}, ModelError, "OPENAI_API_KEY"),
        ("openai", {}, ModelError, "set OPENAI_API_KEY"),
        ("gpt-4", KEY, SettingsError, "local, openai, or an address"),
        ("ftp://x/v1", KEY, SettingsError, "must begin with http"),
        ("http:///v1", KEY, SettingsError, "name a host"),
        ("", {"OPENAI_BASE_URL": "gpu:8000"}, SettingsError, "OPENAI_BASE_URL is"),
    ],
)
def test_what_is_missing_is_said(llm: str, environ: Mapping[str, str], error: type[FlashgenError], said: str) -> None:
    """Nothing to use, or a choice that can't be meant: a sentence with the ways out."""
    with pytest.raises(error) as caught:
        choose(llm, "", environ, lambda: False)
    assert said in str(caught.value)


def test_the_first_model_that_talks_is_taken() -> None:
    """A server's first model is used, passing over those that only embed or transcribe."""
    assert first_model(["nomic-embed-text", "Whisper-1", "llama3:8b", "qwen"], "http://x") == "llama3:8b"
    for names in ([], ["bge-reranker"]):
        with pytest.raises(ModelError, match="http://x offers no model"):
            first_model(names, "http://x")


def test_the_server_is_asked_for_its_first_model() -> None:
    """Where no model was named, the server's list decides; a name or the embedded model needs no question."""
    with serving(lambda n, body: says(""), models=("text-embed", "llama3:8b")) as server:
        assert finished(named(Choice("openai", server.url))).model == "llama3:8b"
        url = server.url
    with pytest.raises(ModelError, match="is the server running"):
        finished(named(Choice("openai", url)))
    for known in (Choice("openai", url, model="m"), Choice("local")):
        assert finished(named(known)) == known


def test_the_default_model_has_a_price() -> None:
    """A budget holds for whoever sets nothing but a key."""
    assert OPENAI_MODEL in KNOWN
