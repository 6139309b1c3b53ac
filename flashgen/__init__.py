"""flashgen turns a reading list into Anki decks and keeps them true."""

__version__ = "0.1.0"
