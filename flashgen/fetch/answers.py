"""What an HTTP status other than success means for a link, and how long a server wants us to wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from flashgen.errors import Gone
from flashgen.fetch.trouble import Trouble

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_SAVE_IT = "save the page by hand if you can open it"
_FINAL = {
    400: "the server calls the request malformed (400)",
    401: "needs a sign-in (401)",
    402: "wants to be paid for (402)",
    403: f"the server doesn't let us in (403): {_SAVE_IT}",
    406: "isn't offered in a form that we can read (406)",
    407: "the proxy wants a user name and a password (407)",
    451: "is withheld for legal reasons (451)",
}
_PASSING = {
    408: "the server lost patience (408)",
    425: "the server isn't ready yet (425)",
    429: "the server asks us to slow down (429)",
    500: "the server has an error (500)",
    502: "the server behind the gateway doesn't answer (502)",
    503: "the server is overloaded or being maintained (503)",
    504: "the server behind the gateway is too slow (504)",
}


def trouble(status: int, headers: Mapping[str, str], *, by_proxy: bool = False) -> Trouble:
    """What an answer with `status`, neither a page nor a redirect, means. Header names are in lower case.

    `by_proxy`: it came as a plain answer through a proxy, where a 502 often tells of a host that is no more.
    """
    if status == 404:
        return Trouble("not found (404)", dead=True)
    if status == 410:
        return Trouble("gone for good (410)", kind=Gone, dead=True)
    if headers.get("cf-mitigated") == "challenge":
        return Trouble(f"a check for robots stands before the page ({status}): {_SAVE_IT}")
    if status in _FINAL:
        return Trouble(_FINAL[status], status=status)
    if status in _PASSING or 520 <= status <= 530:
        reason = _PASSING.get(status, f"the server behind the gateway has a fault ({status})")
        if by_proxy and status == 502:
            reason = "the server behind the proxy doesn't answer (502): the host may be gone"
        wait = retry_after(headers)
        slow_down = status == 429 or (status == 503 and wait is not None)
        dead = by_proxy and status == 502
        return Trouble(reason, passing=True, wait=wait, setback=slow_down, dead=dead, status=status)
    if status in REDIRECTS:
        return Trouble(f"redirects without saying where to ({status})")
    if status == 304:
        return Trouble("the server calls the page unchanged, but wasn't asked that (304)", passing=True)
    if 200 <= status < 300:
        return Trouble(f"the server has no page to give ({status})", passing=status == 202)
    return Trouble(f"the server answers with status {status}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that the Retry-After header asks for, given as a number or as a date; None without one.

    A date is compared with the server's own clock where the answer tells it (RFC 9110, section 10.2.3).
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    then = _seconds(value)
    if then is None:
        return None
    now = _seconds(headers.get("date", ""))
    return max(0.0, then - (time.time() if now is None else now))


def _seconds(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
