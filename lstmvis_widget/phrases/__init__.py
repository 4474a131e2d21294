"""Phrases as a map, and the `PhraseScatter` widget."""
