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
from flashgen.llm.completion import reply_of, words_of
from flashgen.llm.dialect import for_server, is_too_long
from flashgen.llm.prices import Rates
from flashgen.llm.retry_after import wish
from flashgen.llm.trouble import Cause, Trouble
from flashgen.types import Prompt, Reply

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
            try:
                return reply_of(document, self._rates, prompt)
            except ValueError as error:
                raise Trouble(Cause.SERVER, f"{self.base_url} answered without a text: {error}") from None
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
            self._made = sdk_client(self.base_url, self._api_key, self._timeout)
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
        status, said = int(error.status_code), words_of(error.body or error.message)
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


def sdk_client(base_url: str, api_key: str, timeout: float) -> Any:
    """The SDK's client for a server. It never re-sends on its own: what was sent may have been billed."""
    import openai

    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",
        max_retries=0,
        timeout=timeout,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=not is_loopback(base_url)),
    )


def is_loopback(url: str) -> bool:
    """Whether `url` points at this machine."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
