"""A figure of what a `SequenceExplorer` shows: a module a part, each drawn from what the page is sent."""
