"""How states lie in their space: distances between successive states, and maps of them in two dimensions."""
