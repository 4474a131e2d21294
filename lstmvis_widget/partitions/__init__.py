"""The ranking in parts: each part of the steps is searched by itself, and what they find is joined, exactly."""
