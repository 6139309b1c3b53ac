"""The manual pages under docs/man, made from what the commands say of themselves: python tests/man_pages.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "man"
DATE = "2026"


def write(folder: Path) -> None:
    """Write one page for each command to `folder`, and nothing that isn't one."""
    from click_man.core import write_man_pages

    from flashgen import __version__
    from flashgen.cli import main

    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.1"):
        old.unlink()
    write_man_pages("flashgen", main, version=__version__, target_dir=str(folder), date=DATE)
    for page in folder.glob("*.1"):
        lines = page.read_text(encoding="utf-8").splitlines()
        page.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    write(FOLDER)
