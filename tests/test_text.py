"""Text as it is compared."""

from concurrent.futures import ThreadPoolExecutor

from flashgen.text import stem, stems

ENDINGS = ("ость", "ами", "ающий", "ого", "ились", "ing", "ational", "ies", "edly", "ness")
WORDS = [
    f"{start}{end}" for start in ("пере", "разде", "compar", "dist", "rel", "прав") for end in ENDINGS for _ in "ab"
]


def test_stems_are_the_same_in_every_thread() -> None:
    """Articles are judged in threads beside each other: none gets into another's stem."""
    wanted = {word: stems(word) for word in WORDS}
    texts = [" ".join(f"{word}{n % 7 * 'а'}" for word in WORDS) for n in range(64)]
    alone = [stems(text) for text in texts]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stems, texts)) == alone
    assert {word: stems(word) for word in WORDS} == wanted
