"""Figures for papers: what the widgets show, drawn with matplotlib from the arrays of Python, without a browser."""
