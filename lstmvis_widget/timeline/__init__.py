"""Data with one entry a time step: tokens, sequences, tracks, labels; search, and readers of texts and tables."""
