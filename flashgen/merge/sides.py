"""A card and its note side by side: what can be said of them, and what is to be remembered.

There are three versions of each text: the note's, the card's, and the base that both last agreed on (known by hashes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from flashgen.hand import content_hash, field_text
from flashgen.identity import field_fingerprint
from flashgen.ledger import ShippedRecord
from flashgen.merge.records import html_hash, tag_hash, tag_key, text_hash
from flashgen.merge.values import TEXTS, Reading, Wording
from flashgen.seen import SeenNote
from flashgen.types import Card, Status

_TYPED = "1"  # what stands in Reserved1 where the answer is asked to be typed
_STATES = ("Proposed", "Retired")
_PLACED = frozenset({"Notes", "FGID", *_STATES, *TEXTS.values()})


class Sides:
    """The three versions, and what can be said of them."""

    def __init__(self, card: Card, record: ShippedRecord, note: SeenNote, wording: Wording) -> None:
        self.card, self.record, self.note, self.wording = card, record, note, wording
        self.kind = note.kind or card.kind
        self.hashes = {name: html_hash(name, value) for name, value in note.fields.items()}
        self.known, self.coming = frozenset(record.known), frozenset(record.pending)
        self.tags = {tag_key(tag): tag for tag in note.tags}

    @cached_property
    def ours(self) -> Mapping[str, str]:
        """The fields as the card would have them today."""
        return self.wording.html(self.card)

    @cached_property
    def unchanged(self) -> bool:
        """Whether the card is still as it was shipped."""
        return content_hash(self.card) == self.record.content

    @cached_property
    def as_imported(self) -> bool:
        """Whether the note is as the last shipment left it, and new to us: any edit in Anki moves its time. In the very
        second of the shipment it doesn't, so texts and retirement have to be those that were shipped too."""
        news = self.record.pending or not self.record.seen
        retired = bool(self.note.fields.get("Retired", "").strip())
        given = retired == (self.card.status is Status.RETIRED) and self._is_given()
        return news and bool(self.record.content) and self.note.modified == self.record.changed and given

    @cached_property
    def is_old(self) -> bool:
        """Whether this is a collection of long ago: restored from a backup, or of a computer that wasn't synced."""
        texts = {self.hashes.get(field) for field in TEXTS.values()} - {self.record.html.get(f) for f in TEXTS.values()}
        return self.note.modified < self.record.modified and not (self.known - self.coming).isdisjoint(texts)

    @cached_property
    def landed(self) -> bool:
        """Whether what was last shipped is what the note was, before the person edited it."""
        if self.as_imported or not self.record.html or self.is_old:
            return self.as_imported
        return not self.coming or (self.note.modified > self.record.changed and self._is_evident())

    @property
    def is_final(self) -> bool:
        """Whether nothing that was shipped can change the note any more: it arrived, or came too late."""
        return self.landed or (self.note.modified > self.record.changed and not self.is_old)

    def _is_given(self) -> bool:
        """Whether all texts of the note are among those that were shipped last."""
        given = self.coming or self.known
        texts = [name for name in TEXTS.values() if self.note.fields.get(name) and name not in self.record.kept_html]
        return not given or all(self.hashes[name] in given for name in texts)

    def _is_evident(self) -> bool:
        """Whether a field or tag is there that only the last shipment can have brought, and none contradicts it."""
        news = False
        for name in TEXTS.values():
            has, base, ours = self.hashes.get(name), self.record.html.get(name), html_hash(name, self.ours[name])
            if has != ours and (has in self.coming or has == base):
                return False
            news = news or (has == ours and has != base)
        tags = set(map(tag_key, self.record.tags))
        return news or any(key in self.tags and key not in tags for key in map(tag_key, self.wording.tags(self.card)))

    def _is_shipped(self, hashed: str) -> bool:
        """Whether an import explains that this is in Anki, though it isn't what both sides agreed on."""
        return (hashed in self.coming and not self.landed) or (hashed in self.known and self.is_old)

    def agrees(self, name: str) -> bool:
        """Whether the card and the note have the same text."""
        field = TEXTS[name]
        has, text = self.hashes.get(field), text_hash(field_text(self.card, name))
        if has is None or (self.record.html.get(field) == has and self.record.texts.get(name) == text):
            return True
        return self.wording.same(self.note.fields[field], self.ours[field], field, self.kind)

    def is_edited(self, name: str) -> bool:
        """Whether the person changed this text in Anki."""
        has = self.hashes.get(TEXTS[name])
        if has is None or has == self.record.html.get(TEXTS[name]) or self.as_imported:
            return False
        if self._is_shipped(has) or self.agrees(name):
            return False
        made = self.card.made.get(name) if not self.record.html else None
        return made is None or made != field_fingerprint(self.reading(name).text)

    def ours_changed(self, name: str) -> bool:
        """Whether the card's text is another than the one both sides agreed on."""
        known = self.record.texts.get(name)
        if known is None:
            return TEXTS[name] in self.record.html or not self.unchanged
        return known != text_hash(field_text(self.card, name))

    def reading(self, name: str) -> Reading:
        """The note's field as text."""
        field = TEXTS[name]
        return self.wording.text(self.note.fields[field], field, self.kind)

    def removed_tags(self) -> frozenset[str]:
        """The card's tags that the person took off the note."""
        base = set(map(tag_key, self.record.tags))
        keys = {tag: tag_key(self.wording.tag(tag)) for tag in self.card.tags}
        gone = {tag for tag, key in keys.items() if key in base and key not in self.tags}
        return frozenset() if self.as_imported else frozenset(gone)

    def refuses_proposal(self) -> bool:
        """Whether the person emptied the field in which a proposal was shown."""
        shown = self.landed and self.unchanged and "Proposed" in self.record.html
        return shown and self.card.proposal is not None and not self.note.fields.get("Proposed", "-").strip()

    # --- what is remembered ---------------------------------------------------------------------

    def remembered(self, merged: Card, edits: Mapping[str, Reading]) -> ShippedRecord:
        """The record with what both sides agree on now, and with what is the person's own."""
        record = self.record
        texts, html = self._agreed(merged, edits)
        if self.is_final:
            html.pop("Proposed", None)
            html |= {"Proposed": self.hashes["Proposed"]} if self.note.fields.get("Proposed", "").strip() else {}
        ours = {tag_key(tag) for tag in (*self.wording.tags(merged), *record.tags)}
        theirs = tuple(t for key, t in self.tags.items() if key not in ours and not self._is_shipped(tag_hash(t)))
        news = [self.hashes[TEXTS[name]] for name in edits]
        if self.as_imported:
            news += [self.hashes[name] for name, value in self.note.fields.items() if value and self._is_ours(name)]
        return replace(
            record,
            texts=texts,
            html=html,
            tags=tuple(tag for tag in self.note.tags if tag not in theirs) if self.is_final else record.tags,
            known=tuple(dict.fromkeys((*record.known, *news))),
            pending=() if self.is_final else record.pending,
            modified=record.modified if self.is_old else self.note.modified,
            kept_tags=theirs,
            kept_notes=self.note.fields.get("Notes", record.kept_notes),
            kept_html=self._kept_html(edits),
        )

    def _agreed(self, merged: Card, edits: Mapping[str, Reading]) -> tuple[dict[str, str], dict[str, str]]:
        """The hashes of the texts that both sides share now; where only one departs from the base, the base stays."""
        texts, html = dict(self.record.texts), dict(self.record.html)
        for name, field in TEXTS.items():
            if field not in self.hashes or (self.is_old and name not in edits):
                continue
            if name in edits or (self.as_imported and self.unchanged) or self.agrees(name):
                texts[name], html[field] = text_hash(field_text(merged, name)), self.hashes[field]
            elif self.is_final and html.get(field) != self.hashes[field]:
                html[field] = self.hashes[field]  # ours of some time between the base and today: its text isn't known
                texts.pop(name, None)
        return texts, html

    def _is_ours(self, name: str) -> bool:
        return name not in ("Notes", "FGID") and name not in self.record.kept_html

    def _kept_html(self, edits: Mapping[str, Reading]) -> dict[str, str]:
        """Fields to be shipped back to the letter: texts that Markdown can't say, edits with no place in a card."""
        kept = {}
        for name, value in self.note.fields.items():
            if name not in _PLACED:
                unknown = bool(self.known) and not self.as_imported and self.hashes[name] not in self.known
                if value and (unknown or value == self.record.kept_html.get(name)):
                    kept[name] = value
        for name, field in TEXTS.items():
            if name in edits:
                kept |= {} if edits[name].exact else {field: self.note.fields[field]}
            elif field in self.record.kept_html and self.agrees(name):
                kept[field] = self.record.kept_html[field]
        return kept

    def in_sync(self, merged: Card, after: ShippedRecord) -> bool:
        """Whether the note shows what the merged card says."""
        for name, field in TEXTS.items():
            if field in self.hashes:
                text = text_hash(field_text(merged, name))
                if after.texts.get(name) != text or after.html.get(field) != self.hashes[field]:
                    return False
        return self.landed or self._shows_the_rest(merged)

    def _shows_the_rest(self, merged: Card) -> bool:
        """Tags, retirement and proposal, for a note that may not have got the last shipment."""
        wanted = {tag_key(tag) for tag in self.wording.tags(merged)}
        others = [tag for key, tag in self.tags.items() if key not in wanted and not _is_list(tag)]
        shown, ours = self.note.fields, self.wording.html(merged)
        return (
            wanted <= self.tags.keys()
            and not any(tag_hash(tag) in self.known for tag in others)
            and all(html_hash(name, shown.get(name, "")) == html_hash(name, ours[name]) for name in _STATES)
            and all(self.hashes[name] in self.coming for name in ("Source", "Context") if shown.get(name))
            and bool(shown.get("Reserved1")) is (html_hash("Reserved1", _TYPED) in self.coming)
        )


def _is_list(tag: str) -> bool:
    """Whether a tag is the one that tells the list: it comes with the deck, not with the card."""
    return tag.startswith("flashgen::")
