"""Anki: note types, fields, and the ways in."""
