"""The phrases of `wording.toml` as patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def phrases(name: str) -> re.Pattern[str]:
    """One pattern for all phrases of a kind, without letter case."""
    return re.compile("|".join(_all()[name]), re.I)


@cache
def _all() -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))
