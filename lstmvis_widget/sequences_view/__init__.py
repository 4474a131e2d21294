"""The widget `SequenceExplorer`: what a model expects after each step, a map of its states, and all sequences."""
