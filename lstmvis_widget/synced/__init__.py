"""The base of every widget: its lock, its inbox, its traits, and undo. It knows nothing of states."""
