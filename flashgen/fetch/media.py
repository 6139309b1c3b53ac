"""Which kinds of content are read, judged by the Content-Type or, where that says nothing, by the first bytes."""

from __future__ import annotations

import re
from enum import Enum

_READ = re.compile(
    r"text/.+|application/(?:xhtml\+xml|xml|json|pdf|x-pdf|epub\+zip|javascript|ecmascript|x-javascript|x-ndjson|"
    r"yaml|x-yaml|toml|x-tex|x-latex|x-sh|x-httpd-php|sql|graphql|[^;]+\+(?:xml|json))|"
    r"message/rfc822|multipart/related|application/x-mimearchive",
)
_NOT_READ = {
    "image": re.compile(r"image/.+"),
    "video": re.compile(r"video/.+|application/(?:vnd\.apple\.mpegurl|x-mpegurl|dash\+xml|x-shockwave-flash)"),
    "sound": re.compile(r"audio/.+|application/ogg"),
    "font": re.compile(r"font/.+|application/(?:font|x-font|vnd\.ms-fontobject).*"),
    "archive": re.compile(
        r"application/(?:zip|x-zip.*|gzip|x-gzip|x-tar|x-gtar|x-bzip2?|x-xz|zstd|x-7z-compressed|vnd\.rar|x-rar.*|"
        r"java-archive|vnd\.debian\.binary-package|x-rpm|x-apple-diskimage|x-iso9660-image)"
    ),
    "program": re.compile(r"application/(?:x-msdownload|x-msdos-program|x-executable|wasm|x-msi|vnd\.android\.pack.*)"),
    "office document": re.compile(
        r"application/(?:msword|rtf|vnd\.ms-(?:excel|powerpoint|word).*|vnd\.openxmlformats.*|vnd\.oasis\..*)"
    ),
}
_MAGIC = {
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"II*\0": "image",
    b"MM\0*": "image",
    b"OggS": "sound",
    b"ID3": "sound",
    b"fLaC": "sound",
    b"\x1aE\xdf\xa3": "video",
    b"wOFF": "font",
    b"wOF2": "font",
    b"PK\x03\x04": "archive",
    b"\x1f\x8b": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
    b"\x28\xb5\x2f\xfd": "archive",
    b"7z\xbc\xaf": "archive",
    b"Rar!": "archive",
    b"\x7fELF": "program",
    b"MZ": "program",
    b"\0asm": "program",
    b"\xd0\xcf\x11\xe0": "office document",
}


class Verdict(Enum):
    """What a Content-Type alone can say of an answer that is not refused."""

    READ = 1
    SNIFF = 2


def judge(content_type: str) -> Verdict | str:
    """Whether an answer of this type is read, or must be looked at first; else why it is skipped."""
    kind = content_type.partition(";")[0].strip().lower()
    for name, pattern in _NOT_READ.items():
        if pattern.fullmatch(kind):
            return _reason(name, kind)
    return Verdict.READ if _READ.fullmatch(kind) else Verdict.SNIFF


def sniff(head: bytes, content_type: str = "") -> str:
    """Why an answer that begins with `head` (some hundred bytes) is skipped; '' for text, PDF and EPUB."""
    kind = content_type.partition(";")[0].strip().lower() or "no type given"
    if head.startswith(b"%PDF") or b"mimetypeapplication/epub+zip" in head[:100]:
        return ""
    if head[4:8] == b"ftyp":
        return _reason("video", kind)
    if head.startswith(b"RIFF"):
        return _reason({b"WEBP": "image", b"WAVE": "sound"}.get(head[8:12], "video"), kind)
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return _reason(name, kind)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in head and not wide:
        return f"is a binary file ({kind}), not an article"
    return ""


def _reason(name: str, kind: str) -> str:
    if name == "sound":
        return f"is sound ({kind}), not an article"
    article = "an" if name[0] in "aio" else "a"
    hint = ": save it as PDF to have it read" if name == "office document" else ", not an article"
    return f"is {article} {name} ({kind}){hint}"
