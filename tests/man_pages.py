"""The manual pages under docs/man, made from what the commands say of themselves: python tests/man_pages.py"""

from __future__ import annotations

from pathlib import Path

from click_man.core import write_man_pages

from flashgen import __version__
from flashgen.cli import main

FOLDER = Path(__file__).parents[1] / "docs" / "man"
DATE = "2026"


def write(folder: Path) -> None:
    """Write one page for each command to `folder`, and nothing that isn't one."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.1"):
        old.unlink()
    write_man_pages("flashgen", main, version=__version__, target_dir=str(folder), date=DATE)
    for page in folder.glob("*.1"):
        lines = page.read_text(encoding="utf-8").splitlines()
        page.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
