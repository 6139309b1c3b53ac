"""One call to a model: Chat Completions through the `openai` package, on whatever server speaks it.

A `Chat` asks once. What it learns of the server's dialect it keeps; what may pass it raises as Trouble, for
`retry.persistent` to try again; what won't pass is a ModelError (nothing will work) or CallFailed (this prompt won't).
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flashgen.errors import CallFailed, ModelError
from flashgen.llm.dialect import for_server, is_too_long
from flashgen.llm.prices import Rates
from flashgen.llm.retry_after import wish
from flashgen.llm.tokens import estimate, estimate_prompt, most_in_prompt
from flashgen.llm.trouble import Cause, Trouble
from flashgen.types import Prompt, Reply, Usage

_NO_CREDIT = ("insufficient_quota", "billing_hard_limit", "billing_not_active")
_ROUNDS = 8
"""How often one call may be sent anew because the server refused a parameter: more than there are parameters."""


class Chat:
    """A model behind a URL, to be asked once per call. A Complete.

    `timeout` bounds a whole call in seconds, however slowly the answer drips. `rates` price the calls; with None their
    cost is None. Bound to the event loop in which it is first used.
    """

    def __init__(
        self, base_url: str, api_key: str, model: str, *, timeout: float = 180.0, rates: Rates | None = None
    ) -> None:
        self.base_url = base_url
        self.model = model
        self._api_key = api_key or "none"
        self._timeout = timeout
        self._rates = rates
        self._dialect = for_server(urlsplit(base_url).hostname or "", model)
        self._made: Any = None

    async def __call__(self, prompt: Prompt) -> Reply:
        """The model's answer, as it came, with its usage. Raises ModelError, CallFailed, Trouble."""
        for _ in range(_ROUNDS):
            dialect = self._dialect
            try:
                document = await self._post(dialect.request(self.model, prompt))
            except _Refused as refusal:
                if self._dialect is dialect:  # else another call has learnt it meanwhile
                    narrower = dialect.after(refusal.text)
                    if narrower is None:
                        raise self._hopeless(refusal) from None
                    self._dialect = narrower
                continue
            return self._reply(document, prompt)
        raise Trouble(Cause.REFUSED, f"{self.base_url} goes on refusing parameters of the request")

    async def models(self) -> list[str]:
        """The names of the models that the server offers, in its order. Raises ModelError, CallFailed, Trouble."""
        document = await self._send(lambda client: client.models.with_raw_response.list())
        entries = document.get("data") or document.get("models") or []
        names = [entry.get("id") or entry.get("name") for entry in entries if isinstance(entry, Mapping)]
        return [str(name) for name in names if name]

    async def close(self) -> None:
        """Close the connections."""
        if self._made is not None:
            await self._made.close()
            self._made = None

    def _client(self) -> Any:
        """The SDK's client, made at the first call: importing it takes half a second."""
        if self._made is None:
            import openai

            self._made = openai.AsyncOpenAI(
                base_url=self.base_url,
                api_key=self._api_key,
                max_retries=0,
                timeout=self._timeout,
                http_client=openai.DefaultAsyncHttpxClient(trust_env=not is_loopback(self.base_url)),
            )
        return self._made

    async def _post(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._send(lambda client: client.chat.completions.with_raw_response.create(**body))

    async def _send(self, call: Any) -> Mapping[str, Any]:
        """The JSON object that the server answers with."""
        client = self._client()
        import openai

        try:
            async with asyncio.timeout(self._timeout):
                raw = await call(client)
        except (TimeoutError, openai.APITimeoutError):
            raise Trouble(Cause.LOST, f"{self.base_url} did not answer within {self._timeout:g} seconds") from None
        except openai.APIConnectionError as error:
            raise self._broken(error) from None
        except openai.APIStatusError as error:
            raise self._status(error) from None
        return self._document(raw.http_response.content)

    # --- what an answer says ------------------------------------------------------------------------

    def _document(self, body: bytes) -> Mapping[str, Any]:
        try:
            document = json.loads(body)
        except ValueError:
            if body.lstrip()[:1] == b"<":
                raise ModelError(
                    f"{self.base_url} answered with a web page; is it the address of a model server? "
                    "Most such addresses end in /v1."
                ) from None
            raise Trouble(Cause.SERVER, f"{self.base_url} answered with something that is no JSON") from None
        if not isinstance(document, Mapping):
            raise Trouble(Cause.SERVER, f"{self.base_url} answered with JSON of another shape")
        return document

    def _reply(self, document: Mapping[str, Any], prompt: Prompt) -> Reply:
        choices = document.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else None
        if choice is None:
            said = _words(document) if document.get("error") else "no choices"
            raise Trouble(Cause.SERVER, f"{self.base_url} answered without a text: {said}")
        message = choice.get("message") or {}
        text = _content(message.get("content"))
        return Reply(
            text=text,
            finish=str(choice.get("finish_reason") or "stop"),
            refusal=str(message.get("refusal") or ""),
            usage=self._usage(document.get("usage"), prompt, text),
        )

    def _usage(self, usage: Any, prompt: Prompt, text: str) -> Usage:
        """The tokens as the server counts them; where it doesn't, an estimate, and the most that they can cost."""
        if not isinstance(usage, Mapping) or not usage.get("prompt_tokens"):
            cost = self._rates.at_most(most_in_prompt(prompt), prompt.max_tokens) if self._rates else None
            return Usage(1, 0, estimate_prompt(prompt), estimate(text), cost)
        sent, answered = int(usage["prompt_tokens"]), int(usage.get("completion_tokens") or 0)
        details = usage.get("prompt_tokens_details") or {}
        cached, written = int(details.get("cached_tokens") or 0), int(details.get("cache_write_tokens") or 0)
        cost = self._rates.cost(sent, answered, cached=cached, written=written) if self._rates else None
        return Usage(1, 0, sent, answered, cost)

    # --- what a failure means -----------------------------------------------------------------------

    def _broken(self, error: Exception) -> Trouble:
        """A connection that failed: before the request was sent, or after."""
        cause = error.__cause__
        words = f": {cause}" if cause and str(cause) else ""
        if type(cause).__name__ in ("ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"):
            return Trouble(Cause.UNREACHED, f"no connection to {self.base_url}{words}")
        return Trouble(Cause.LOST, f"the connection to {self.base_url} broke{words}")

    def _status(self, error: Any) -> Exception:
        """What a status of 400 or above means."""
        status, said = int(error.status_code), _words(error.body or error.message)
        if status in (400, 422):
            return _Refused(f"{said} {error.param or ''} {error.body}", said)
        if status in (401, 403):
            key = "a key" if self._api_key == "none" else "another key"
            return ModelError(f"{self.base_url} wants {key} ({status}: {said}); see `flashgen doctor`.")
        if status == 404:
            return ModelError(
                f"{self.base_url} has no model {self.model!r}, or is no model server ({status}: {said}); "
                "choose another with --model, or check the address, which mostly ends in /v1."
            )
        if status == 402 or any(
            word in f"{error.code} {said}" for word in ("insufficient_quota", "billing_hard_limit")
        ):
            return ModelError(f"{self.base_url}: the account has no credit left ({said}). What was paid for is kept.")
        if status == 413:
            return CallFailed(f"the passage is too long for {self.base_url} ({said})")
        if status == 429:
            return Trouble(Cause.LIMIT, f"{self.base_url} asks to go slower: {said}", wait=wish(error.response.headers))
        if status in (408, 409, 425) or status >= 500:
            reason = f"{self.base_url} failed ({status}: {said})"
            return Trouble(Cause.SERVER, reason, wait=wish(error.response.headers))
        return Trouble(Cause.REFUSED, f"{self.base_url} refused the request ({status}: {said})")

    def _hopeless(self, refusal: _Refused) -> Exception:
        if is_too_long(refusal.text):
            return CallFailed(f"the passage does not fit into the context of {self.model} ({refusal.said})")
        return Trouble(Cause.REFUSED, f"{self.base_url} refused the request ({refusal.said})")


class _Refused(Exception):
    """The server did not like the request: `text` is all it said, `said` is what a person should read of it."""

    def __init__(self, text: str, said: str) -> None:
        self.text = text
        self.said = said
        super().__init__(said)


def is_loopback(url: str) -> bool:
    """Whether `url` points at this machine."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _content(content: Any) -> str:
    """The text of a message, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _words(body: Any) -> str:
    """What an error's body says to a person: one line of 300 characters at most, without control codes."""
    while isinstance(body, Mapping):
        body = body.get("error") or body.get("message") or body.get("detail") or "no reason given"
    text = " ".join("".join(c if c.isprintable() else " " for c in str(body)).split())
    return text if len(text) <= 300 else text[:299] + "…"
