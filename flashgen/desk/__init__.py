"""What cards are judged with: an index of all card files, a queue over it, and articles with their quotes marked."""
