"""Each rule by which HTML becomes Markdown, one case each: tests/cases/extract.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.extract import to_markdown

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "extract.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_fragment_becomes_the_markdown_that_its_rule_says(case: dict[str, Any]) -> None:
    """The HTML of a case gives its Markdown, to the letter."""
    assert to_markdown(case["html"], base_url="https://site.example/dir/page") == case["markdown"]
