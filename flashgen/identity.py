"""What makes a thing the same thing: card ids, canonical addresses, fingerprints, file names."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from flashgen.text import fold, plain, words
from flashgen.types import Topic

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_(?:campaign|kwd|source|medium)|hsa_\w+|_hs(?:enc|mi)|mc_[ce]id|fbclid|gclid|dclid|gbraid|wbraid|"
    r"msclkid|yclid|ysclid|twclid|igshid|igsh|li_fat_id|oly_(?:anon|enc)_id|vero_id|wickedid|_openstat|spm|"
    r"trk|trkcampaign|sc_cid|ck_subscriber_id|guccounter|guce_referrer(?:_sig)?|ref_src|ref_url",
    re.I,
)
_PORTS = {"http": 80, "https": 443}


def new_card_id() -> str:
    """A card's name for life: 16 letters and digits (80 random bits), none of which look alike."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def canonical(url: str) -> str:
    """The address without what doesn't make another page of it.

    Scheme and host in lower case, no default port, no fragment, no tracking parameters. A path of a local
    file stays as it is but for its fragment. What can't be parsed comes back unchanged.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if not parts.netloc:
        return urlunsplit(parts._replace(fragment="")) if parts.scheme != "list" else url.strip()
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if port and port != _PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    if userinfo := parts.netloc.rpartition("@")[0]:
        host = f"{userinfo}@{host}"
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", _without_tracking(parts.query), ""))


def same_place(one: str, other: str) -> bool:
    """Whether two addresses differ at most in their query, in what `canonical` drops, or not at all."""
    return canonical(one).partition("?")[0] == canonical(other).partition("?")[0]


def _without_tracking(query: str) -> str:
    """Left to the letter unless a tracking parameter has to go: servers may be picky about escapes."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def fingerprint(text: str) -> str:
    """A short hash of the words of `text`: markup, letter case and white space don't count."""
    return digest(words(plain(text)))


def field_fingerprint(text: str) -> str:
    """A short hash of a card's field: every mark counts, but not the spelling of quotes, dashes and spaces."""
    return digest([fold(text)])


def digest(parts: Iterable[str]) -> str:
    """SHA-256 over `parts`, cut to 16 hex digits: 64 bits, enough to tell a list's texts apart."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def slug(text: str, *, limit: int = 60) -> str:
    """A file name that any system takes: letters, digits and dashes, in lower case; 'untitled' if none are left."""
    cleaned = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", text).casefold()).strip("-_")
    while len(cleaned.encode()) > limit * 2 or len(cleaned) > limit:
        cleaned = cleaned[:-1]
    cleaned = cleaned.strip("-_") or "untitled"
    reserved = re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", cleaned)
    return f"{cleaned}-" if reserved else cleaned


def topic_file(topic: Topic, taken: Collection[str]) -> str:
    """A file name (without ending) for a topic: its slug, with a short hash of its path where that is taken already."""
    name = slug("-".join(topic) or "untitled")
    return name if name not in taken else f"{name}-{digest(topic)[:6]}"


def note_url(list_name: str, topic: Topic) -> str:
    """The address of the person's own notes under a heading: `list:<list>#<topic>`."""
    return f"list:{quote(list_name)}#{'/'.join(quote(part, safe='') for part in topic)}"


def note_topic(url: str) -> Topic:
    """The topic that a `list:` address names."""
    return tuple(unquote(part) for part in url.partition("#")[2].split("/") if part)
