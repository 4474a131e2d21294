"""What people hand in: arrays and columns of other libraries as numpy arrays, missing entries as NaN or None."""
