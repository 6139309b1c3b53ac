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
    within = [case["html"], f"<p>{LAST}</p>"]
    if case.get("at") == "end":
        within.reverse()
    html = f"<html lang=en><body><article class='post-content'><p>{FIRST}</p>{''.join(within)}</article></body></html>"
    found = extract(html.encode(), url="https://site.example/dir/page", content_type="text/html; charset=utf-8")
    said = [FIRST, case["left"], LAST] if case.get("at") != "end" else [FIRST, LAST, case["left"]]
    assert found.markdown == "\n\n".join(filter(None, said)) + "\n"
