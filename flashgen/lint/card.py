"""What lint reads from a file, and what it says of it."""

from __future__ import annotations

from dataclasses import dataclass

from flashgen.types import Draft, Finding, Passage, Verdict


@dataclass(frozen=True, slots=True)
class LintCard:
    """One card of a file: its line or row (from 1), and what the file says of its source.

    `quoted` is false where the file has no quotes at all, so that their absence is no fault; `live` is false for a
    card that no deck shows.
    """

    line: int
    draft: Draft
    passage: Passage = Passage()
    quoted: bool = True
    live: bool = True


@dataclass(frozen=True, slots=True)
class LintRow:
    """The verdict on one card. `draft` is the card as the gates cleaned it; `heard` is false where some gates don't
    know the words of its language."""

    line: int
    findings: tuple[Finding, ...]
    draft: Draft
    heard: bool = True

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings."""
        found = {finding.verdict for finding in self.findings}
        return next((v for v in (Verdict.REJECT, Verdict.WARN) if v in found), Verdict.PASS)

    def as_json(self) -> dict[str, object]:
        """The row of `flashgen lint --json`."""
        findings = [{"gate": f.gate, "verdict": str(f.verdict), "reason": f.reason} for f in self.findings]
        return {"line": self.line, "verdict": str(self.verdict), "findings": findings}
