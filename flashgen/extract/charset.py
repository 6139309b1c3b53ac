"""Bytes of a page to text: the charset from byte-order mark, header, meta, and last from the bytes themselves."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.I)
_HEAD_BYTES = 8192
_SAMPLE_BYTES = 32768

# What browsers read these names as (WHATWG Encoding Standard, section 4.2).
_BROWSER_NAMES = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso8859-1": "cp1252", "windows-1252": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "gb_2312-80": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "tis-620": "cp874", "win-1251": "cp1251",
    "x-cp1251": "cp1251", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜ«»‘’“”–—…€·°§©®¿¡ªº×½\xa0")
_NOT_OURS = frozenset(
    {"utf-7", "idna", "punycode", "base64", "hex", "bz2", "zlib", "zip", "rot13", "rot-13", "uu", "quopri"}
)


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`. Never raises: bytes that fit no charset become U+FFFD.

    A byte-order mark decides. Else UTF-8 is taken wherever the bytes are valid UTF-8 and not plain ASCII, whatever
    the header says (other charsets are never valid UTF-8 by chance at any length). Else the charset of the header,
    then of `<meta>` or the XML declaration, each if the bytes fit it; else it is detected.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    claims = _claims(body, content_type)
    if not any(claim.startswith(("utf-16", "utf-32", "iso-2022", "iso2022", "hz")) for claim in claims):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            if _cut_at_the_end(error, body) or _mostly_utf8(body, claims):
                return body.decode("utf-8", "replace")
    for claim in claims:
        if claim != "utf-8" and (text := _fits(body, claim)) is not None:
            return text
    return _western(body) or _detected(body) or body.decode(claims[0] if claims else "utf-8", "replace")


def _claims(body: bytes, content_type: str) -> list[str]:
    """The charsets that header, meta and XML declaration name, in this order, as Python knows them."""
    head = body[:_HEAD_BYTES]
    found = [match.group(1) for match in [_HEADER.search(content_type)] if match]
    found += [match.group(1).decode("ascii", "replace") for match in (_XML.search(head), _META.search(head)) if match]
    names = []
    for name in found:
        lower = name.strip().lower()
        try:
            known = codecs.lookup(_BROWSER_NAMES.get(lower, lower)).name
        except (LookupError, ValueError):
            continue
        if known not in _NOT_OURS and known not in names:
            names.append(known)
    return names


def _cut_at_the_end(error: UnicodeDecodeError, body: bytes) -> bool:
    return error.start >= len(body) - 4 and len(body) > 64


def _mostly_utf8(body: bytes, claims: list[str]) -> bool:
    """Whether a page that calls itself UTF-8 (or nothing) has only a few broken bytes among many good ones."""
    if claims and claims[0] != "utf-8":
        return False
    text = body[:_SAMPLE_BYTES].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 20 <= sum(letter > "\x7f" for letter in text)


def _fits(body: bytes, charset: str) -> str | None:
    """`body` in `charset`, unless it doesn't fit or reads as nonsense."""
    try:
        text = body.decode(charset)
    except UnicodeDecodeError as error:
        # Single-byte tables have holes: a few of them are dirt, many are a wrong name.
        text = body.decode(charset, "replace")
        if text.count("\ufffd") * 1000 > len(text) and not _cut_at_the_end(error, body):
            return None
    except (LookupError, UnicodeError):
        return None
    return None if _nonsense(text) else text


def _nonsense(text: str) -> bool:
    """Whether `text` looks like Cyrillic or CJK bytes read as Western European: no word of plain letters among them."""
    sample = [letter for letter in text[:_SAMPLE_BYTES] if letter > "\x7f"]
    if len(sample) < 40:
        return False
    strange = sum("\x80" <= letter <= "\xff" for letter in sample)
    runs = re.findall(r"[\xa1-\xff]{4,}", text[:_SAMPLE_BYTES])
    return strange > 0.9 * len(sample) and sum(map(len, runs)) > 0.5 * len(sample)


def _western(body: bytes) -> str:
    """`body` as windows-1252 if all its accented letters are ones of Western Europe, one at a time."""
    runs = re.findall(rb"[\x80-\xff]+", body[: 8 * _SAMPLE_BYTES])
    if not runs or sum(map(len, runs)) > 1.5 * len(runs):
        return ""
    text = body.decode("cp1252", "replace")
    used = {letter for letter in text[: 8 * _SAMPLE_BYTES] if letter > "\x7f"}
    return text if used <= _WESTERN else ""


def _detected(body: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = re.sub(
        rb"<script.*?</script>|<style.*?</style>|<[^>]*>", b" ", body[: 8 * _SAMPLE_BYTES], flags=re.S | re.I
    )
    best = from_bytes(re.sub(rb"[\s\x00]+", b" ", sample)[:_SAMPLE_BYTES]).best()
    if best is None:
        return ""
    return body.decode(best.encoding, "replace")
