"""A new workspace: the files that `flashgen init` lays out. Nothing that exists is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flashgen.errors import FileError
from flashgen.prompts import DEFAULTS
from flashgen.settings import FILE_NAME

READING_LIST = """\
# My reading list

<!-- Headings are topics and become nested decks; the links below them are read, each once. Lines of your own become
cards too, from 25 words on. Options of a link stand in a comment behind it: flashgen: cards=5 focus="trade-offs" -->

## Spaced repetition

https://en.wikipedia.org/wiki/Spaced_repetition
"""

SETTINGS = """\
# Settings of this workspace. Every key has a default, shown here; take the # away to change one.

# language = ""             # language of the cards, like "en"; "" is the article's own
# focus = ""                # what you want to learn: "trade-offs and numbers, no history"
# avoid = ""                # what you don't: "version numbers, names of people"
# cards_per_article = 20    # at most so many, the most important ones
# new_per_day = 0           # so many new cards of a list are shipped a day, the rest waits; 0: all at once
# review = "auto"           # "required": new cards wait as drafts for your yes
# strategy = "auto"         # "passage" or "sentence": how the model is asked
# selection = "auto"        # ask what matters before a long article is drafted; true: any article, false: none
# words_per_call = 0        # short sections of an article are asked about together, up to so many words: fewer calls
# critique = false          # have drafts read a second time against examples: better cards, about twice the cost
# retire_after = 30         # days of failing before the cards of a dead link are retired
# images = false            # pictures that a quoted paragraph speaks of come onto the card's back
# wayback = true            # look dead links up at the Wayback Machine

# llm = ""                  # "local", "openai", or the address of an OpenAI-compatible server
# model = ""                # the model's name there; for local: a GGUF file
# jobs = 8                  # model calls at a time
# dask = ""                 # a Dask scheduler whose workers do the reading: docs/cluster.md
# batch = false             # ask OpenAI by batch jobs: half the price, answers within a day
# timeout = 180.0           # seconds for one model call
# max_cost = 1.0            # US dollars a run may cost; no limit without it
# max_cost_month = 10.0     # and a month

# [fetch]
# per_host = 2              # requests at a time to one host
# total = 32                # and in all
# contact = "mailto:you@example.org"   # told to every server that is asked

# [gates]                   # a gate can be "off", "warn" or "reject": docs/cards.md has them all
# yes-no = "warn"

# [prices."my-model"]       # US dollars for a million tokens
# input = 0.5
# output = 2.0

# [feedback]                # from when on reviews ask for a better card: docs/feedback.md
# lapses = 4                # times forgotten
# lapse_rate = 0.3          # share of at least `least_reviews` reviews
# slow = 20.0               # seconds, the median
# easy = 3.0                # seconds, so many times running:
# easy_passes = 4

# [anki]
# collection = "auto"
# url = "http://127.0.0.1:8765"
"""

IGNORED = """\
# Caches and output of flashgen; everything else here is worth keeping under git.
.flashgen/
build/
sources.journal
.tmp-*
"""


def create(folder: Path) -> Iterator[Path]:
    """Lay out a workspace in `folder`, telling each file that was made. Raises FileError."""
    files = {
        folder / FILE_NAME: SETTINGS,
        folder / ".gitignore": IGNORED,
        folder / "decks" / "first" / "reading-list.md": READING_LIST,
        **{folder / "prompts" / path.name: path.read_text(encoding="utf-8") for path in DEFAULTS.glob("*.md")},
    }
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            raise FileError(path, f"can't be made: {error.strerror}") from None
        yield path
