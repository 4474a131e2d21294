"""How long work runs: threads, cancelling, memory, and packages that only some users need."""
