"""The pieces of a tokenizer as readable text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lstmvis_widget.timeline.pieces import BYTE, BYTE_OF, SPACE_MARK, WORD_END, Piece


def is_tokenizer(value: Any) -> bool:
    """Whether a value is a tokenizer of the libraries transformers or tokenizers, or one with the same methods."""
    return not isinstance(value, type) and any(
        callable(getattr(value, name, None)) for name in ("convert_ids_to_tokens", "get_vocab")
    )


def readable_vocabulary(tokenizer: Any) -> dict[int, str]:
    r"""The text of every id of a tokenizer.

    Byte-level pieces are decoded; bytes that are only a part of a character are shown as ``\xf0``. The space at the
    beginning of a piece, however it is marked, is left out, unless the piece is nothing else. Special tokens are kept,
    and so is the mark of a piece that continues a word (``##``). A text that has lost a space is a `Piece`, which knows
    where.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizerBase or tokenizers.Tokenizer
        Or anything with ``get_vocab()``, which gives piece → id.
    """
    special = _special_ids(tokenizer)
    bytewise = _is_bytewise(tokenizer)
    return {
        number: str(piece) if number in special else _text_of(piece, bytewise=bytewise)
        for number, piece in _pieces(tokenizer)
    }


def _pieces(tokenizer: Any) -> list[tuple[int, Any]]:
    """Every id with its piece."""
    if hasattr(tokenizer, "convert_ids_to_tokens"):
        ids = list(range(len(tokenizer)))
        if hasattr(tokenizer, "get_vocab"):  # its ids may have gaps
            ids = sorted({*ids, *tokenizer.get_vocab().values()})
        found = zip(ids, tokenizer.convert_ids_to_tokens(ids), strict=True)
        return [(number, piece) for number, piece in found if piece is not None]
    return sorted((number, piece) for piece, number in tokenizer.get_vocab().items())


def _special_ids(tokenizer: Any) -> set[int]:
    added = getattr(tokenizer, "added_tokens_decoder", None)
    if added is None and hasattr(tokenizer, "get_added_tokens_decoder"):
        added = tokenizer.get_added_tokens_decoder()
    return set(getattr(tokenizer, "all_special_ids", ())) | set(added or ())


def _text_of(piece: Any, *, bytewise: bool) -> str:
    if isinstance(piece, bytes):
        text = _decoded(piece)
    elif match := BYTE.fullmatch(piece):
        text = _decoded(bytes([int(match[1], 16)]))
    elif bytewise and all(character in BYTE_OF for character in piece):
        text = _decoded(bytes(BYTE_OF[character] for character in piece))
    else:
        text = piece.replace(SPACE_MARK, " ")
        if text.endswith(WORD_END):
            return Piece(text.removesuffix(WORD_END), after=True)
    return Piece(text[1:], before=True) if len(text) > 1 and text[0] == " " else text


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(errors="backslashreplace")


def _is_bytewise(tokenizer: Any) -> bool:
    """Whether the characters of the pieces stand for bytes, as in GPT-2."""
    if hasattr(tokenizer, "byte_decoder"):
        return True
    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not hasattr(backend, "to_str"):
        return False
    described = json.loads(backend.to_str())
    return any(part.get("type") == "ByteLevel" for part in _parts(described.get("decoder")))


def _parts(described: Any) -> Iterator[dict[str, Any]]:
    if isinstance(described, dict):
        yield described
        for part in described.get("decoders", []):
            yield from _parts(part)
