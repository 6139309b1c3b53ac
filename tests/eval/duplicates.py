"""How well duplicates are told from contrast cards.

python -m tests.eval.duplicates [--embeddings] [--wrong]

For each set: duplicates found of those labelled, and pairs wrongly held to be duplicates. The held-out and the second
sets were never tuned on; the second ones reword more freely.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from flashgen.duplicates import Index, Rules, Vectors

HERE = Path(__file__).parent


SETS = ("en", "ru", "more_en", "more_ru", "held_out_en", "held_out_ru", "second_en", "second_ru")


def pairs(name: str) -> Iterator[dict[str, Any]]:
    """The labelled pairs of a set."""
    text = (HERE / f"duplicates_{name}.yaml").read_text(encoding="utf-8")
    yield from yaml.safe_load(text)["pairs"]


def alike(pair: dict[str, Any], vectors: Vectors | None) -> bool:
    """Whether the second card is held to be a duplicate of the first."""
    index = Index(Rules(vectors))
    index.add("a", *pair["a"])
    return bool(index.near(*pair["b"]))


def main() -> None:
    """Parse, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embeddings", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    vectors = None
    if options.embeddings:
        from flashgen.embeddings import vectors as load

        vectors = load()
        if vectors is None:
            parser.error("the extra `embeddings` is not installed, or can't run here")
    for name in SETS:
        judged = [(pair, alike(pair, vectors)) for pair in pairs(name)]
        same = [found for pair, found in judged if pair["same"]]
        other = [found for pair, found in judged if not pair["same"]]
        print(f"{name}: {sum(same)} of {len(same)} duplicates found, {sum(other)} of {len(other)} others raised")
        if options.wrong:
            for pair, found in judged:
                if found != pair["same"]:
                    print(f"  {'raised' if found else 'missed'}: {pair['a']} / {pair['b']}")


if __name__ == "__main__":
    main()
