"""Encoder-decoders of the transformers library: which half is recorded, and what that half reads.

The encoder and the decoder read different tokens, so a recording is of one of them. The encoder is run alone. The
decoder's rows stand beside the ids that the decoder has read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .layer_sources import Source, halves_of

Side = Literal["encoder", "decoder"]


@dataclass(frozen=True)
class Half:
    """The half that is recorded.

    Parameters
    ----------
    side : {"encoder", "decoder"}
    model : Module
        The whole model.
    runs : Module
        What is called: the encoder alone, or the whole model.
    """

    side: Side
    model: Any
    runs: Any

    @property
    def mask(self) -> str:
        """Name of the attention mask of what this half reads."""
        return "attention_mask" if self.side == "encoder" else "decoder_attention_mask"

    def own(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """The part of a batch that this half reads."""
        decoder = {name for name in batch if name.startswith("decoder_") or name == "labels"}
        return {name: value for name, value in batch.items() if (name in decoder) == (self.side == "decoder")}

    def completed(self, batch: dict[str, Any]) -> dict[str, Any]:
        """The batch of a decoder with its ids.

        Raises
        ------
        ValueError
            There are neither these nor labels that they can be made from.
        """
        if self.side == "encoder" or "decoder_input_ids" in batch:
            return batch
        shift = getattr(self.model, "prepare_decoder_input_ids_from_labels", None)
        if shift is None or "labels" not in batch:
            raise ValueError(NEEDS)
        labels = batch["labels"]
        mask = {} if "decoder_attention_mask" in batch else {"decoder_attention_mask": (labels != -100).long()}
        return batch | {"decoder_input_ids": shift(labels=labels)} | mask


NEEDS = (
    "layers of the decoder need what the decoder reads: give a dict with input_ids and decoder_input_ids (or labels); "
    'layers="encoder.*" records the encoder'
)


def half_of(model: Any, sources: Iterable[Source], *, scores: bool) -> Half | None:
    """The half that has the recorded layers; None: the model is no encoder-decoder.

    Parameters
    ----------
    model : Module
    sources : iterable of Source
    scores : bool
        Whether the scores of the model are kept: they are the decoder's.

    Raises
    ------
    ValueError
        Layers of both halves are to be recorded.
    """
    halves = halves_of(model)
    if halves is None:
        return None
    encoder, decoder = halves
    modules = dict(model.named_modules())
    sides: set[Side] = {"decoder"} if scores else set()
    for source in sources:
        if source.kind == "hidden_states":
            sides.add("encoder" if source.module == "encoder" else "decoder")
            continue
        module = modules[source.module]
        inside = [any(module is each for each in half.modules()) for half in (encoder, decoder)]
        if inside != [True, True]:  # not shared
            sides.add("encoder" if inside[0] else "decoder")
    if len(sides) > 1:
        what = "the scores that top_k keeps, and layers of the encoder" if scores else "layers of both"
        msg = (
            f"encoder and decoder read different tokens, so one recording can't have {what}: record one, then the other"
        )
        raise ValueError(msg)
    side: Side = sides.pop() if sides else "encoder"
    return Half(side, model, encoder if side == "encoder" else model)
