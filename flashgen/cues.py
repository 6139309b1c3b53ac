"""The cue in front of a question, told from the question itself: "Erlang: what is a port?"."""

from __future__ import annotations

import re

_CUED = re.compile(r"([^:?]{2,100}: )([a-zа-яё])(.+)$", re.S)


def parted(question: str) -> tuple[str, str]:
    """A question's cue with its colon and space, '' if it has none, and the question as it would stand alone."""
    found = _CUED.match(question)
    return (found[1], found[2].upper() + found[3]) if found else ("", question)
