"""What states are: every form in which people hold them, as layers of the same time steps, with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import h5py
import numpy as np

from lstmvis_widget.given.paths import is_path

from .arrangement import BATCH, Arrangement, flattened_tracks, ids_of, lengths_or_mask, nested
from .elsewhere import check_client_is_used, check_elsewhere, on_client
from .layers import ALONE, layers_of
from .opening import OpenedSource, brief_lengths, depth, opened_source
from .rows import Stretch
from .sources import States, check_same_length

LIST_OR_LAYERS = (
    "{what} of the same shape can be sequences or layers. Sequences: StateExplorer(…, sequences={lengths}); layers: "
    "StateExplorer({{'layer1': states[0], 'layer2': states[1], …}})"
)


@dataclass(frozen=True)
class GivenStates:
    """Layers of the same time steps, and what is aligned with them.

    Parameters
    ----------
    layers : dict of str to States
    tokens, tracks : object
        As they were given, but with one entry a time step where they had those of padded or separate sequences.
    sequences : object
        As given, or the lengths of the sequences that the states consist of.
    """

    layers: dict[str, States]
    tokens: Any
    tracks: Any
    sequences: Any


def given_states(
    states: Any,
    transform: str | Mapping[str, str | None] | None = None,
    *,
    mirror: bool | Mapping[str, bool] = False,
    tokens: Any = None,
    tracks: Any = None,
    sequences: Any = None,
    client: Any = None,
) -> GivenStates:
    """Open states in any form. No array in memory is copied as a whole.

    ===============================================  =================================================================
    given                                            taken as
    ===============================================  =================================================================
    array (T, D): of numpy, also memory-mapped, of   one layer, ``"states"``. Masked values are NaN, which is off;
    PyTorch (any device, dtype or layout), h5py,     integers with a mask are floats. bfloat16 and float8 are read as
    zarr, Dask, pandas, polars…; anything with       float32, which holds them exactly; rows of sparse arrays are made
    ``shape``, ``dtype`` and slices of rows; a list  dense block by block. A Dask array stays on the cluster of its
    of rows; sparse of scipy or PyTorch              client, if there is one

    array (1, T, D)                                  one layer of T steps

    array (B, T, D), with ``sequences=`` B lengths   one layer: B sequences without their padding. Tokens that are B
    or a mask (B, T), or with tokens as B lists or   lists or (B, T), and tracks in the same form, are cut in the same
    a tokenizer's output                             way, and the lengths become the ``sequences``

    list of arrays (n, D) or (1, n, D)               one layer: a sequence each. Arrays of the same shape may be
                                                     layers too: refused unless ``sequences`` or ``tokens`` tell

    tuple of arrays (B, T, D) or (1, T, D), as       layers ``"embeddings"``, ``"layer1"``, ``"layer2"``…, as
    ``hidden_states`` of transformers; or the        `record_states` names them
    output of the model that has these

    output of ``generate`` with ``hidden_states``    the same, one time step for each token that was read: those of
    (not of a beam search), or these alone           ``output.sequences[:, :-1]``

    mapping of name to one of the above              layers of these names

    path ``"file"`` or ``"file::name in it"``        that array: of HDF5, ``.npy`` (memory-mapped), ``.npz``,
                                                     ``.safetensors``, or a folder of zarr; nothing is unpickled

    path of a ``.parquet`` or ``.arrow`` file        its only column of vectors of floats, or that named. A row that
                                                     is a list of vectors is a sequence; one that is a vector is a
                                                     step, in the order of the columns ``sequence`` and ``position``
                                                     if there are any: shuffled rows are refused

    list of paths; pattern such as ``"dir/*.npy"``   one layer: a sequence a file, or those that tables hold, unless
    (``2.npy`` before ``10.npy``); folder of a       ``sequences`` says others, however files divide them. Few files
    Hugging Face data set (``save_to_disk``)         are open at once. With ``client``, a Dask cluster reads them
    ===============================================  =================================================================

    Functions with one argument ``states`` (`rank_matches`, `select_cells`, `cell_alignment`…) take what is one layer
    and one sequence, or many files: where they have an argument ``sequences``, those of the files are its default.

    Parameters
    ----------
    states : object
    transform : str or mapping, optional
        Of all layers, or name of the layer → its transform; layers that the mapping lacks have none.
    mirror : bool or mapping, default False
        Whether the cells of all layers have mirrors, see `States`; or name of the layer → whether its cells have.
    tokens, tracks, sequences : object, optional
        As `StateExplorer` takes them.
    client : distributed.Client, optional
        Whose cluster works on Dask arrays, see `States`.

    Returns
    -------
    GivenStates

    Raises
    ------
    TypeError, ValueError
        The form isn't in the table, or could mean two things; shapes don't fit; a layer is empty; a transform is
        unknown; that or ``mirror`` is for a layer that isn't there, or ``mirror`` isn't a bool. The message says what
        to write instead.
    OSError
        A file can't be opened.
    """
    tokens, mask = ids_of(tokens)
    if isinstance(sequences, Iterator):  # it is looked at more than once
        sequences = list(sequences)
    with ExitStack() as opened_files, on_client(client):
        opened: dict[str, OpenedSource] = {}
        given_layers = _layers_in(states, tokens, sequences)
        for name, each in given_layers.items():
            opened[name] = _as_opened(each, f"layer {name!r}" if len(given_layers) > 1 else None)
            opened_files.callback(opened[name].close)
        padded = _common_lengths(opened, said=sequences is not None)
        arrangement = Arrangement.of(padded, sequences, tokens, mask, opened)
        transforms = _by_layer("transform", transform, list(opened))
        mirrors = _by_layer("mirror", mirror, list(opened))
        layers = {}
        for name, source in opened.items():
            kept = source if arrangement.keeps_all else source.keeping(arrangement.runs)
            whole = isinstance(source.given, States) and arrangement.keeps_all
            layers[name] = States(
                source.given if whole else kept, transforms.get(name), mirror=mirrors.get(name, False)
            )
            if source.sequences is not None and arrangement.sequences is not None:
                layers[name].sequences = np.asarray(arrangement.sequences, np.int64)
        _check_not_empty(layers)
        check_client_is_used(client, layers.values())
        found = GivenStates(
            layers,
            arrangement.flattened(tokens, "tokens"),
            flattened_tracks(tracks, arrangement),
            arrangement.sequences,
        )
        opened_files.pop_all()
    return found


def _as_opened(source: Any, name: str | None) -> OpenedSource:
    if isinstance(source, States):  # its file stays its own
        return OpenedSource(source, (Stretch(source, 0, len(source)),), source.name, sequences=source.sequences)
    return opened_source(source, None if is_path(source) or isinstance(source, h5py.Dataset) else name)


def _by_layer(argument: str, given: Any, names: Sequence[str]) -> dict[str, Any]:
    """An argument for all layers, or for some by their names."""
    of_layers = dict(given) if isinstance(given, Mapping) else dict.fromkeys(names, given)
    for name in of_layers:
        if name not in names:
            msg = f"{argument} names the layer {name!r}; there are {', '.join(map(repr, names))}"
            raise ValueError(msg)
    return of_layers


def _check_not_empty(layers: Mapping[str, States]) -> None:
    for name, states in layers.items():
        if 0 in states.shape:
            msg = f"layer {name!r} needs at least one time step and one cell; its shape is {states.shape}"
            raise ValueError(msg)


def _common_lengths(opened: Mapping[str, OpenedSource], *, said: bool) -> tuple[int, ...]:
    """The lengths of the sequences, the same in all layers; of files all steps where others are ``said``."""
    check_same_length({name: range(sum(source.lengths)) for name, source in opened.items()})
    found = {source.lengths for source in opened.values()}
    if len(found) == 1:
        return found.pop()
    are_files = [source.sequences is not None for source in opened.values()]
    if said and all(each or len(source.members) == 1 for each, source in zip(are_files, opened.values(), strict=True)):
        return (sum(found.pop()),)
    hint = "; files may be divided in any way where sequences=[…] says which there are" * any(are_files)
    msg = f"all layers must have the same sequences; got {' and '.join(map(brief_lengths, found))}{hint}"
    raise ValueError(msg)


# ----------------------------------------------------- layers or sequences


def _layers_in(states: Any, tokens: Any, sequences: Any) -> dict[str, Any]:
    """The layers, where arrays of the same shape are layers if tokens or sequences say so."""
    layers = {} if is_path(states) or isinstance(states, States) else layers_of(states)
    alone: Any = next(iter(layers.values())) if len(layers) == 1 and not hasattr(states, "keys") else None
    is_list = isinstance(alone, list | tuple)
    if depth(alone) != 3 if not is_list else depth(alone) < 3:
        return layers or {ALONE: states}
    shapes = {_rows_of(each) for each in alone} if is_list else {tuple(alone.shape[1:])}
    count = int(alone.shape[0]) if hasattr(alone, "shape") else len(alone)
    steps, cells = next(iter(shapes)) if len(shapes) == 1 else (0, 0)
    if count < 2 or min(steps, cells) == 0 or (is_list and steps == 1):  # it can mean one thing only, or nothing
        return layers
    said = _said(count, steps, tokens, sequences, listed=is_list)
    if said == "layers":
        return {f"layer{place}": each for place, each in enumerate(_members(alone), 1)}
    if said == "sequences":
        return {ALONE: list(alone) if is_list else alone}
    if not is_list:
        raise ValueError(BATCH.format(what=f"states of shape {tuple(alone.shape)}", n=count, shape=(count, steps)))
    what = f"a {type(alone).__name__} of {count} arrays"
    raise ValueError(LIST_OR_LAYERS.format(what=what, lengths=brief_lengths([steps] * count)))


def _members(states: Any) -> Iterator[Any]:
    if isinstance(states, list | tuple):
        yield from states
        return
    opened = opened_source(states)
    for member in opened.members:  # of an array in a file, none is read
        yield replace(opened, given=None, members=(member,))


def _rows_of(array: Any) -> tuple[int, int]:
    """The shape (n, D) of an array (n, D) or (1, n, D), or of nested lists; (0, 0) of anything else."""
    check_elsewhere(array)
    shape = tuple(getattr(array, "shape", ()))
    if not shape and depth(array) == 2:
        shape = (len(array), len(array[0]))
    return (int(shape[-2]), int(shape[-1])) if len(shape) == 2 or (len(shape) == 3 and shape[0] == 1) else (0, 0)


def _said(count: int, steps: int, tokens: Any, sequences: Any, *, listed: bool) -> str | None:
    """What tokens or sequences say of ``count`` arrays of ``steps`` rows: whether they are sequences or layers."""
    numbers = lengths_or_mask(sequences)
    if numbers is not None:
        if numbers.ndim == 2 or (len(numbers) == count and (not listed or (numbers == steps).all())):
            return "sequences"
        return "layers" if numbers.ndim == 1 and numbers.dtype.kind in "iu" and int(numbers.sum()) == steps else None
    if tokens is None or is_path(tokens):
        return None
    if nested(tokens) is not None and len(tokens) == count:
        return "sequences"
    many = len(tokens) if hasattr(tokens, "__len__") else None
    return "sequences" if many == count * steps else "layers" if many == steps else None
