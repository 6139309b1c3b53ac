"""What a person could do about a link that is dead, can't be read or has moved."""

from __future__ import annotations

from urllib.parse import urlsplit

from flashgen.ledger import LinkRecord, LinkState

_AS_ITSELF = frozenset({"web", "habr", "medium", "substack"})
"""Kinds of source whose text is read at the address that a person opens; the others have one of their own for it."""
_A_COPY = "a copy that you have goes into the folder saved/ beside the list"
_OFTEN = 3


def advice(record: LinkRecord) -> str:
    """One sentence that says what to do about the link of `record`; '' where there is nothing to do."""
    if record.archived:
        return f"put a page that took its place in the list, or the archived copy itself: {record.archived}"
    if record.state is LinkState.GONE:
        return f"remove it from the list, or put a page that took its place there; {_A_COPY}"
    if record.state is LinkState.REFUSED:
        return "correct the address, or remove it from the list"
    if record.state is LinkState.FAILED:
        return _about_failure(record)
    if record.state in (LinkState.CARDED, LinkState.EMPTY) and _has_moved(record):
        return f"put its new address in the list: {record.final_url}"
    return ""


def _about_failure(record: LinkRecord) -> str:
    if record.dead:
        return f"look for where it went and put that address in the list, or remove it; {_A_COPY}"
    if "saved/" in record.reason or "save the page" in record.reason:
        return "open it in a browser and save the page in the folder saved/ beside the list"
    if record.failures >= _OFTEN:
        return (
            f"it has failed {record.failures} times: save the page in the folder saved/ beside the list, or remove it"
        )
    return "nothing yet: it is asked again by itself"


def _has_moved(record: LinkRecord) -> bool:
    """Whether the link leads to another place now; http or https, www. and a slash at the end don't make one."""
    if record.kind not in _AS_ITSELF or not record.final_url.startswith("http"):
        return False
    return _place(record.url) != _place(record.final_url)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
