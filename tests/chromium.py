"""Chromium without a window: what a page has become after its scripts ran."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def dump(url: str, profile: Path, *, milliseconds: int = 5000) -> str:
    """The page at `url` as HTML once `milliseconds` of its own time have passed."""
    assert BROWSER
    command = [
        BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
        f"--virtual-time-budget={milliseconds}", "--dump-dom", url,
    ]  # fmt: skip
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
