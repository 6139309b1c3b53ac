"""Pages that a person opens in a browser: each whole in itself, without scripts, and allowed to load nothing."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from flashgen.anki.note_types import colours

_HERE = Path(__file__).parent


def page(title: str, body: str, style: str) -> str:
    """An HTML page of `body` (HTML already), in the colours of the day or the night; `style` names its CSS file.

    Its Content-Security-Policy lets nothing run and nothing be loaded, whatever stands in it.
    """
    css = _style(style)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _style(name: str) -> str:
    css = (_HERE / f"{name}.css").read_text(encoding="utf-8")
    light, night = colours("light"), colours("night")
    return f":root{{{light}}}\n@media(prefers-color-scheme:dark){{:root{{{night}}}}}\n{css}"
