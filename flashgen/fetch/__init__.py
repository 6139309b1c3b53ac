"""The web, asked like a good neighbour: `Fetcher` asks it, `CachedGet` and `Visit` remember, `archived` looks back."""

from flashgen.fetch.cached import CachedGet, Visit
from flashgen.fetch.fetcher import Fetcher
from flashgen.fetch.wayback import archived

__all__ = ["CachedGet", "Fetcher", "Visit", "archived"]
