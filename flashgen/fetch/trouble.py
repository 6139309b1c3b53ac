"""What can go wrong with one request, in words for a person, and whether asking again may help."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpcore

from flashgen.errors import Failed, LinkError


class Trouble(Exception):
    """One request that gave no page. `reason` completes the sentence "the link …".

    `kind` is what the link comes to if nobody asks again; `passing` says that asking again may help, `wait` how
    many seconds the server wants until then. `setback` counts against the whole host, `dead` says that page or
    host seem to be no more. `status` is that of the answer, 0 where there was none.
    """

    def __init__(
        self,
        reason: str,
        *,
        kind: type[LinkError] = Failed,
        passing: bool = False,
        wait: float | None = None,
        setback: bool = False,
        dead: bool = False,
        status: int = 0,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.passing = passing
        self.wait = wait
        self.setback = setback
        self.dead = dead
        self.status = status

    def final(self) -> Trouble:
        """The same trouble, this time not to be tried again."""
        return Trouble(self.reason, kind=self.kind, wait=self.wait, dead=self.dead, status=self.status)

    def passed(self) -> Trouble:
        """The same trouble, this time worth another try."""
        return Trouble(self.reason, kind=self.kind, passing=True, status=self.status)

    def as_link_error(self, url: str) -> LinkError:
        """This trouble as the end of the link `url`."""
        if self.kind is Failed:
            return Failed(url, self.reason, retry_after=self.wait, dead=self.dead)
        return self.kind(url, self.reason)


def lost_host(host: str) -> Trouble:
    """The name is not in the DNS."""
    return Trouble(f"the host {host} doesn't exist (any more)", setback=True, dead=True)


def translated(error: Exception, host: str, *, begun: bool = False) -> Trouble:
    """What httpcore or the system raised while `host` was asked, as Trouble; `begun`: its answer was coming in.

    Whatever a protocol library raises over hostile bytes must stay one link's trouble, so that an unknown
    exception is translated too.
    """
    if isinstance(error, Trouble):
        return error
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Trouble(f"the certificate of {host} can't be trusted: {_certificate_fault(cause)}")
        if isinstance(cause, socket.gaierror):
            return _unresolved(cause, host)
        if isinstance(cause, ConnectionRefusedError):
            return Trouble(f"{host} refuses connections", passing=True, setback=True)
    if isinstance(error, httpcore.ProxyError):
        return _proxy_refusal(str(error), host)
    if isinstance(error, httpcore.ConnectTimeout):
        return Trouble(f"{host} can't be reached: no connection in time", passing=True, setback=True)
    if isinstance(error, httpcore.ConnectError):
        secure = any(isinstance(cause, ssl.SSLError) for cause in _causes(error))
        reason = f"no secure connection to {host} comes about" if secure else f"{host} can't be reached"
        return Trouble(reason, passing=True, setback=True)
    if isinstance(error, httpcore.TimeoutException):
        return Trouble(
            f"{host} stopped in the middle of its answer" if begun else f"{host} doesn't answer", passing=True
        )
    closed = "disconnected" in str(error) or "closed" in str(error)
    if isinstance(error, httpcore.RemoteProtocolError) and not closed:
        return Trouble(f"{host} breaks the rules of HTTP", passing=True)
    if isinstance(error, (httpcore.RemoteProtocolError, httpcore.NetworkError, OSError)):
        return Trouble(f"{host} cut its answer off" if begun else f"{host} hung up without an answer", passing=True)
    return Trouble(f"the answer of {host} can't be understood ({type(error).__name__})", passing=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what led to it, nearest first."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        item = waiting.pop(0)
        if item is None or item in seen:
            continue
        seen.append(item)
        yield item
        waiting += [item.__cause__, item.__context__]
        if isinstance(item, BaseExceptionGroup):
            waiting += item.exceptions


def _certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    message = error.verify_message or str(error)
    known = {
        "self-signed certificate": "it is self-signed",
        "self signed certificate": "it is self-signed",
        "certificate has expired": "it has expired",
        "unable to get local issuer certificate": "its issuer is unknown (SSL_CERT_FILE names further issuers)",
        "Hostname mismatch": "it was made for another host",
        "IP address mismatch": "it was made for another host",
    }
    return next((words for start, words in known.items() if message.startswith(start)), message)


def _unresolved(error: socket.gaierror, host: str) -> Trouble:
    if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
        return lost_host(host)
    return Trouble(f"the address of {host} can't be looked up at the moment", passing=True, setback=True)


def _proxy_refusal(message: str, host: str) -> Trouble:
    """`message` begins with the status that the proxy answered a CONNECT with."""
    status = message.partition(" ")[0]
    if status == "407":
        return Trouble("the proxy wants a user name and a password (407)")
    if status in ("502", "503", "504"):
        reason = f"the proxy can't reach {host} ({status}): the host may be gone"
        return Trouble(reason, passing=True, setback=True, dead=True)
    return Trouble(f"the proxy doesn't let us reach {host} ({status})", setback=True)
