"""What the page draws, as plain data."""
