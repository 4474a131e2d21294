"""Texts as token ids, by a tokenizer of any library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.timeline.tokenizer_pieces import is_tokenizer, readable_vocabulary
from lstmvis_widget.timeline.vocabulary import Vocabulary

from .forms import is_encoding


@dataclass(frozen=True)
class Text:
    """The ids of a text, (T,)."""

    ids: NDArray[np.int64]


@dataclass(frozen=True)
class TextReader:
    """Turns texts into ids.

    Parameters
    ----------
    tokenizer : tokenizer or callable, or None
        Of the transformers or the tokenizers library; anything with ``encode(text)``; or a function of a text that
        returns ids, or a mapping with ``input_ids``.

    Raises
    ------
    TypeError
        It is none of these.
    """

    tokenizer: Any

    def __post_init__(self) -> None:
        given = self.tokenizer
        is_function = callable(given) and not isinstance(given, type)
        if given is None or is_function or (hasattr(given, "encode") and not isinstance(given, str | type)):
            return
        line = f"; make one, such as AutoTokenizer.from_pretrained({given!r})" if isinstance(given, str) else ""
        raise TypeError(f"tokenizer must be a tokenizer of transformers or tokenizers; got {brief(given)}{line}")

    def vocabulary(self) -> Vocabulary:
        """The text of every id.

        Raises
        ------
        TypeError
            The tokenizer doesn't tell it.
        """
        if is_tokenizer(self.tokenizer):
            return readable_vocabulary(self.tokenizer)
        raise TypeError(f"a {type(self.tokenizer).__name__} doesn't tell the text of its ids: give vocabulary= too")

    def read(self, batch: Any) -> Any:
        """A batch as it is, but a text as its ids."""
        return Text(self.ids_of(batch)) if isinstance(batch, str) else batch

    def ids_of(self, text: str) -> NDArray[np.int64]:
        """The ids of a text, without padding, (T,).

        Raises
        ------
        TypeError, ValueError
            There is no tokenizer; it doesn't give ids, or none; or it leaves out the end of the text.
        """
        if self.tokenizer is None:
            raise TypeError("texts need a tokenizer; a model that reads ids is given ids")
        found = self._tokenized(text)
        if _is_cut(found):
            msg = (
                f"the tokenizer cuts the text {brief(text)}: give one that doesn't (tokenizer.no_truncation(), or "
                "truncation=False), and read long texts in pieces with steps_per_call="
            )
            raise ValueError(msg)
        ids, mask = parts_of(found)
        array = as_numpy(ids)
        array = array[0] if array.ndim == 2 and len(array) == 1 else array
        if array.size == 0:
            raise ValueError(f"the text {brief(text)} has no token")
        if array.ndim != 1 or array.dtype.kind not in "iu":
            raise TypeError(f"the tokenizer must give the ids of a text, a list of integers; it gave {brief(ids)}")
        return array.astype(np.int64) if mask is None else array[as_numpy(mask).reshape(-1) != 0].astype(np.int64)

    def _tokenized(self, text: str) -> Any:
        if hasattr(self.tokenizer, "convert_ids_to_tokens") and callable(self.tokenizer):
            return self.tokenizer(text, verbose=False)
        return self.tokenizer(text) if callable(self.tokenizer) else self.tokenizer.encode(text)


def parts_of(found: Any) -> tuple[Any, Any]:
    """The ids and the attention mask, which may be None, in what a tokenizer has returned."""
    if is_encoding(found):
        return found.ids, found.attention_mask
    if isinstance(found, Mapping):
        return found.get("input_ids", found), found.get("attention_mask")
    return found, None


def _is_cut(found: Any) -> bool:
    """Whether a tokenizer has left out the end of a text."""
    encodings = [found] if is_encoding(found) else getattr(found, "encodings", None) or []
    return any(encoding.overflowing for encoding in encodings)
