"""What leads away from a text is left out, and nothing that only looks like it: tests/cases/extract_leads.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.extract import extract

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "extract_leads.yaml").read_text("utf-8"))
FIRST = (
    "A cable under the sea carries more than all satellites together, and nobody sees it until a ship's anchor does."
)
LAST = "The repair took nine days, of which the ship spent seven waiting for the wind to fall below force six."


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_what_leads_away_from_an_article_is_left_out(case: dict[str, Any]) -> None:
    """The HTML of a case within an article leaves what the case says, and the article around it whole."""
    at = case.get("at", "")
    parts = [FIRST, case["html"], LAST]
    parts = {"start": [parts[1], FIRST, LAST], "end": [FIRST, LAST, parts[1]]}.get(at, parts)
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    html = f"<html lang=en><body><article class='post-content'>{body}</article></body></html>"
    found = extract(html.encode(), url="https://site.example/dir/page", content_type="text/html; charset=utf-8")
    said = [case["left"] if part == case["html"] else part for part in parts]
    assert found.markdown == "\n\n".join(filter(None, said)) + "\n"
