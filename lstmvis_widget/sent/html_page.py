"""One HTML file that shows a view without Python and without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.texts import well_formed

LEVELS = 65_000
"""Steps from the least value to the greatest in 16 bits."""

POSITIVE_INFINITY, NEGATIVE_INFINITY, NO_NUMBER = 65_533, 65_534, 65_535
"""Codes of values that aren't finite."""

STATE_ID = "lstmvis-saved-view"
"""Id of the element that holds the view."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main></main>
<script type="application/json" id="{state_id}">{state}</script>
<script type="module">{script}</script>
</body>
</html>
"""

POLICY = "default-src 'none'; script-src {script}; style-src {style}; img-src data:"
"""Content policy: the script and the style sheet with these hashes may be used, and nothing is fetched.

A picture that the page takes of itself is data.
"""

BACKGROUND = (
    "body{margin:0;background:#fff}@media(prefers-color-scheme:dark){body{background:#111418}}"
    ":root[data-theme=light]{color-scheme:light}:root[data-theme=light] body{background:#fff}"
    ":root[data-theme=dark]{color-scheme:dark}:root[data-theme=dark] body{background:#111418}"
)
"""In the theme of the system; in a frame, in that of the page around it, if it is told (js/src/shared/framed.ts)."""


def page(state: Mapping[str, Any], title: str, script: str, style: str) -> str:
    """The text of the file. The state is data that nothing interprets; no script but the given one can run.

    Parameters
    ----------
    state : mapping
        Of values that JSON can hold, and bytes.
    title : str
    script, style : str
        The front end, as `bundle` gives it.
    """
    script = script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    style = BACKGROUND + style.replace("</style", "<\\/style")
    # Inside a script element only "<" can end the element, or change how the rest is read.
    data = well_formed(json.dumps(state, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":")))
    return PAGE.format(
        title=html.escape(well_formed(title)),
        state_id=STATE_ID,
        state=data.replace("<", "\\u003c"),
        script=script,
        style=style,
        policy=POLICY.format(script=_hash(script), style=_hash(style)),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, np.generic):
        return value.item()
    msg = f"a {type(value).__name__} can't be saved"
    raise TypeError(msg)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def size_of(state: Mapping[str, Any]) -> int:
    """Bytes that a state takes in the file, roughly."""
    return len(well_formed(json.dumps(state, default=_plain, ensure_ascii=False, separators=(",", ":"))).encode())


def in_16_bits(window: Mapping[str, Any], threshold: float) -> dict[str, Any] | None:
    """A window with 16 bits a value, which is drawn the same, with the same cells on at the same steps.

    Parameters
    ----------
    window : mapping
        As it is sent to the page: with ``values`` of ``dtype`` that are compared in ``precision``.
    threshold : float
        Every value stays on its side of it.

    Returns
    -------
    dict or None
        With ``{codes, low, step}`` as ``values``: a value is ``low + code · step``, rounded to ``dtype``. None if 16
        bits don't suffice, such as when the values are too far apart.
    """
    dtype = np.dtype(window["dtype"])
    values = np.frombuffer(window["values"], dtype.newbyteorder("<")).astype(np.float64)
    limit = float(np.dtype(window["precision"]).type(threshold))
    finite = np.isfinite(values)
    low, high = (float(values[finite].min()), float(values[finite].max())) if finite.any() else (0.0, 0.0)
    with np.errstate(over="ignore"):
        step = float(np.float64(high) - low) / LEVELS or 1.0
    if not np.isfinite(step):
        return None
    codes = np.rint((np.where(finite, values, low) - low) / step)
    is_on = values >= limit
    wrong = finite & ((_decoded(codes, low, step, dtype) >= limit) != is_on)
    codes[wrong] += np.where(is_on[wrong], 1, -1)
    if ((_decoded(codes, low, step, dtype) >= limit) != is_on)[finite].any():
        return None
    codes[values == np.inf] = POSITIVE_INFINITY
    codes[values == -np.inf] = NEGATIVE_INFINITY
    codes[np.isnan(values)] = NO_NUMBER
    return {**window, "values": {"codes": codes.astype("<u2").tobytes(), "low": low, "step": step}}


def _decoded(codes: NDArray[Any], low: float, step: float, dtype: np.dtype[Any]) -> NDArray[Any]:
    return (low + codes * step).astype(dtype)
