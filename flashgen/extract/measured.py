"""How many letters each element of a page has: in all, in links, in paragraphs, and in the mask."""

from __future__ import annotations

from flashgen.extract.tree import BLOCKS, HEADINGS, Element, letters, text_of

_PARAGRAPH = 60
_BESIDE_TAGS = ("p", "li", "pre", "dd", "dt", *HEADINGS)
_PARAGRAPH_TAGS = frozenset({"p", "li", "blockquote", "pre", "dd", "div", "td", "section", "article"})
_SHORT, _LONG = 12, 60
_DUMP = 1000


class Measured:
    """Letters (white space doesn't count) in each element of a tree, those of its descendants included.

    `size` counts all, `linked` those in links, `prose` those in blocks that read like paragraphs, and once `cover` was
    called `covered` those that the mask has, `repeated` those that the page says a second time.
    """

    def __init__(self, root: Element) -> None:
        self.order = [element for element in root.iter() if isinstance(element.tag, str)]
        self.index = {element: number for number, element in enumerate(self.order)}
        self.parents = [self.index.get(element.getparent(), -1) for element in self.order]
        self.texts = self._blocks()
        own = {number: sum(map(len, texts)) for number, texts in self.texts.items()}
        self.size = self._summed(own)
        self.linked = self._summed(
            {n: letters(text_of(e)) for n, e in enumerate(self.order) if e.tag == "a" and e.get("href")}
        )
        self.copies = self._copies()
        self.prose = self._summed({n: size for n, size in own.items() if self._is_paragraph(n, size)})
        self.found: dict[int, int] = {}
        self._beside: dict[int, int] = {}
        self.covered = self.repeated = [0] * len(self.order)

    def cover(self, mask: str) -> None:
        """Look every block of the page up in the mask."""
        lookup = _Lookup(mask)
        again: dict[int, int] = {}
        self.found = {}
        for number, texts in self.texts.items():
            for text in texts:
                verdict = lookup.find(text) if number not in self.copies else False
                if verdict is not None:
                    counts = self.found if verdict else again
                    counts[number] = counts.get(number, 0) + len(text)
        self.covered, self.repeated = self._summed(self.found), self._summed(again)

    def cover_prose(self) -> None:
        """Take the page's paragraphs for the mask, for want of a better one."""
        self.found = {
            n: sum(map(len, texts)) for n, texts in self.texts.items() if self._is_paragraph(n, sum(map(len, texts)))
        }
        self.covered, self.repeated = self._summed(self.found), [0] * len(self.order)

    def span(self, element: Element) -> range:
        """The numbers of `element` and all within it."""
        start = self.index[element]
        return range(start, start + sum(1 for each in element.iter() if isinstance(each.tag, str)))

    def covered_beside(self, parent: Element) -> int:
        """How many of the paragraphs, items and headings right below `parent` are covered."""
        number = self.index[parent]
        if number not in self._beside:
            inner = (self.index.get(child, 0) for child in parent if child.tag in _BESIDE_TAGS)
            self._beside[number] = sum(n > 0 and self.covered[n] > 0 for n in inner)
        return self._beside[number]

    def _is_paragraph(self, number: int, size: int) -> bool:
        element = self.order[number]
        if size < _PARAGRAPH or element.tag not in _PARAGRAPH_TAGS or number in self.copies:
            return False
        return self.linked[number] < 0.4 * size

    def _copies(self) -> set[int]:
        """Blocks that only say once more, in one piece and for machines, what the page's paragraphs say."""
        bare = [n for n, texts in self.texts.items() if len(texts[0]) > _DUMP and not len(self.order[n])]
        if not bare:
            return set()
        others = [texts[0] for n, texts in self.texts.items() if n not in bare and len(texts[0]) > _PARAGRAPH]
        return {n for n in bare if sum(other in self.texts[n][0] for other in others[:500]) >= 3}

    def _blocks(self) -> dict[int, list[str]]:
        """By block: its text without white space, in one piece, or in several where other blocks stand between."""
        owners: list[int] = []
        mixed: set[int] = set()
        pieces: dict[int, list[str]] = {}
        for number, element in enumerate(self.order):
            above = owners[self.parents[number]] if number else 0
            if element.tag in BLOCKS or not number:
                owners.append(number)
                mixed.add(above)
            else:
                owners.append(above)
            if element.text and not element.text.isspace():
                pieces.setdefault(owners[number], []).append(element.text)
            if element.tail and number and not element.tail.isspace():
                pieces.setdefault(above, []).append(element.tail)
        whole = {n: texts if n in mixed or len(texts) == 1 else [text_of(self.order[n])] for n, texts in pieces.items()}
        return {number: ["".join(text.split()) for text in texts] for number, texts in whole.items()}

    def _summed(self, own: dict[int, int]) -> list[int]:
        sums = [own.get(number, 0) for number in range(len(self.order))]
        for number in range(len(sums) - 1, 0, -1):
            sums[self.parents[number]] += sums[number]
        return sums


class _Lookup:
    """Where a text without white space stands in the mask. Long texts count once: pages carry hidden copies."""

    def __init__(self, mask: str) -> None:
        lines = ["".join(line.split()) for line in mask.split("\n")]
        self.lines = {line.lstrip("-") for line in lines} | set(lines)
        self.whole = "".join(lines)
        self.used = bytearray(len(self.whole))

    def find(self, text: str) -> bool | None:
        """True where the mask has `text`, False where what it has was found before, None where it doesn't."""
        if len(text) < _SHORT:
            return True if text in self.lines else None
        at = self.whole.find(text)
        if at >= 0:
            return self._take(at, len(text))
        if len(text) < _LONG:
            return None
        # The mask may lack a footnote mark or a link within: then most of four samples are still there.
        third = len(text) // 3
        places = [self.whole.find(text[at : at + 24]) for at in (0, third, 2 * third, len(text) - 24)]
        here = sorted(at for at in places if at >= 0)
        if len(here) < 2:
            return None
        near = here[-1] - here[0] <= 1.5 * len(text)
        return self._take(here[0], here[-1] + 24 - here[0]) if near else sum(self._take(at, 24) for at in here) > 0

    def _take(self, at: int, length: int) -> bool:
        taken = bool(self.used[at + length // 2]) and length >= 24
        self.used[at : at + length] = b"\1" * length
        return not taken
