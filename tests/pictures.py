"""Extracts the last picture of each case study's notebook for the README: `python -m tests.pictures`."""

import base64
import io
import json
from pathlib import Path

from PIL import Image  # installed with matplotlib

from tests.findings import CASE_STUDIES

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
COLOURS = 128
"""Colours of a saved picture: enough for a chart, at a fraction of the bytes."""


def last_picture(path):
    """The last figure in a saved notebook."""
    pictures = [
        "".join(output["data"]["image/png"])
        for cell in json.loads(path.read_text())["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    return Image.open(io.BytesIO(base64.b64decode(pictures[-1]))).convert("RGB")


def main():
    for name in CASE_STUDIES:
        # Median cut, the default, gives all colours to frequent ones: a class with few points turned grey.
        picture = last_picture(NOTEBOOKS / f"{name}.ipynb").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        picture.save(NOTEBOOKS / "images" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
