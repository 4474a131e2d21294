"""Helpers of long computations: threads, cancelling, progress, memory, atomic files, optional packages."""
