"""AnkiConnect, the add-on through which a running Anki can be asked over HTTP.

It answers in Anki's own thread and takes a request in a kilobyte at a time, so little should be sent: searches rather
than long lists of ids, many actions in one `multi`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flashgen.errors import AnkiError

if TYPE_CHECKING:
    import httpx

VERSION = 6
"""The version of AnkiConnect's interface that flashgen was tried with; it has been the same since 2018."""

_CONNECT, _READ = 2.0, 120.0  # seconds; Anki may be busy, but then it has taken the connection already
Action = tuple[str, Mapping[str, Any]]


class AnkiConnect:
    """A client of the add-on at `url`, which gets `patience` seconds for each answer. Any failure is an AnkiError with
    what to do; NotRunning where nobody answers."""

    def __init__(
        self, url: str, key: str = "", *, patience: float = _READ, transport: httpx.BaseTransport | None = None
    ) -> None:
        import httpx

        self.url = url
        self._key = key
        timeout = httpx.Timeout(patience, connect=_CONNECT)
        self._client = httpx.Client(
            timeout=timeout, trust_env=False, transport=transport, headers={"connection": "close"}
        )

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def check(self) -> None:
        """Make sure that it is AnkiConnect that answers, in a version that is known."""
        version = self.call("version")
        if version != VERSION:
            raise AnkiError(
                f"AnkiConnect at {self.url} speaks version {version}, flashgen was tried with {VERSION}: "
                "update the add-on, or flashgen"
            )

    def call(self, action: str, **params: Any) -> Any:
        """What one action gives."""
        return self.result(action, self._send(self._request(action, params)))

    def multi(self, actions: Sequence[Action]) -> list[Any]:
        """What each of several actions gives, asked in one request. The first that fails is an error."""
        replies = self.replies(actions)
        return [self.result(name, reply) for (name, _), reply in zip(actions, replies, strict=True)]

    def replies(self, actions: Sequence[Action]) -> list[Any]:
        """The reply to each of several actions, with its `error`."""
        inner = [self._request(name, params) for name, params in actions]
        replies = self.call("multi", actions=inner)
        if not isinstance(replies, list) or len(replies) != len(actions):
            raise self._strange()
        return replies

    def result(self, action: str, reply: Any) -> Any:
        """What a reply says that `action` gave."""
        if not isinstance(reply, dict) or not {"result", "error"} <= reply.keys():
            raise self._strange()
        if reply["error"] is None:
            return reply["result"]
        error = str(reply["error"])
        if "api key" in error:
            raise AnkiError(f"AnkiConnect at {self.url} wants its key: set `key` under [anki] in flashgen.toml")
        if "collection is not available" in error:
            raise AnkiError("Anki is running, but no profile is open in it: open one")
        raise AnkiError(f"AnkiConnect refused {action}: {error}")

    def _request(self, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
        key = {"key": self._key} if self._key else {}
        return {"action": action, "version": VERSION, "params": dict(params), **key}

    def _send(self, request: Mapping[str, Any]) -> Any:
        import httpx

        try:
            answer = self._client.post(self.url, json=request)
            return answer.json()
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise NotRunning(
                f"no AnkiConnect at {self.url}: start Anki, with the add-on 2055492159 installed"
            ) from None
        except httpx.TimeoutException:
            raise AnkiError(f"AnkiConnect at {self.url} doesn't answer: is a dialog open in Anki?") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AnkiError(f"AnkiConnect at {self.url} can't be asked: {error}") from None
        except ValueError:
            raise self._strange() from None

    def _strange(self) -> AnkiError:
        return AnkiError(f"what answers at {self.url} is not AnkiConnect: set `url` under [anki] in flashgen.toml")


class NotRunning(AnkiError):
    """Nobody answers: Anki isn't running, or hasn't got the add-on."""
