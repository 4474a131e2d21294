"""Whether a model uses some cells: what it does while they are held at a value."""
