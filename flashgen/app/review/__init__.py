"""The review page's side of the app: cards shown, judged by a person, and written back."""

from __future__ import annotations

from flashgen.app.review.desk import Beside, Decision, Desk, Done

__all__ = ["Beside", "Decision", "Desk", "Done"]
