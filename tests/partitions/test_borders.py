"""What lies beyond the borders of parts, beside plain loops over all steps."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_widget.partitions import borders as borders_module
from lstmvis_widget.partitions.borders import Reach, borders
from lstmvis_widget.states.bits import Bits
from lstmvis_widget.states.index import OnOffIndex
from tests import oracle
from tests.partitions.parted import parts_of, words_of_parts
from tests.strategies import states, sticky_states


def run_of(steps, value):
    """How many of the first steps have a value."""
    return next((number for number, each in enumerate(steps) if each != value), len(steps))


def reach_by_hand(on):
    """For each cell of rows of steps, for how many it stays on, and for how many after that it is off."""
    lengths = [(run_of(cell, value=True), cell) for cell in on.T.tolist()]
    return [length for length, _ in lengths], [run_of(cell[length:], value=False) for length, cell in lengths]


@pytest.mark.parametrize("look", [(1, 3), (64, 4096)])
@given(array=states(min_steps=1, max_cells=70), data=st.data())
def test_borders_are_those_of_all_steps(look, array, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(array)), max_size=6), "cuts"))
    cuts, on = [0, *cuts, len(array)], oracle.on_states(array, 0.1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(borders_module, "FIRST_LOOK", look[0])
        patch.setattr(borders_module, "LONGEST_LOOK", look[1])
        found = borders([each.lead() for each in words_of_parts(array, 0.1, cuts)])
    for (start, stop), border in zip(itertools.pairwise(cuts), found, strict=True):
        assert border.steps == len(array)
        assert [each.tolist() for each in border.before] == list(reach_by_hand(on[:start][::-1]))
        assert [each.tolist() for each in border.after] == list(reach_by_hand(on[stop:]))


def test_a_cell_may_stay_on_or_off_for_hundreds_of_thousands_of_steps():
    array = np.zeros((300_000, 66), np.float16)
    array[:, 1] = 1
    array[200_000:, 2] = 1
    array[:250_000, 65] = 1
    first, second = borders([each.lead() for each in words_of_parts(array, 0.5, [0, 100_000, 300_000])])
    assert [each[[0, 1, 2, 65]].tolist() for each in first.after] == [
        [0, 200_000, 0, 150_000],
        [200_000, 0, 100_000, 50_000],
    ]
    assert [each[[0, 1, 2, 65]].tolist() for each in second.before] == [
        [0, 100_000, 0, 100_000],
        [100_000, 0, 100_000, 0],
    ]


def test_beyond_a_border_there_is_a_piece_for_each_change(monkeypatch):
    monkeypatch.setattr(borders_module, "SINGLE_STEPS", 1)
    begins, words = Reach(np.array([0, 3, 3, 0]), np.array([2, 1, 2, 0])).pieces()
    assert begins.tolist() == [0, 2, 3, 4, 5]
    assert words.tolist() == [[0b1110, 0b1111, 0b1001, 0b1011, 0b1111]]


@given(array=states(min_steps=2), data=st.data())
def test_a_part_tells_what_is_on_wherever_a_candidate_may_ask(array, data):
    """The own steps, and beyond a border all steps up to where a cell switches on again."""
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, len(array) - 1)), "cuts")), len(array)]
    whole = OnOffIndex.build(array, 0.1).bits
    for part in parts_of(array, 0.1, cuts, single_steps=data.draw(st.sampled_from([1, 4, 64]), "single_steps")):
        start, stop = part.bits.own
        found = part.bits.stretch(part.bits.words, 0, len(array)).copy()
        assert found[:, start:stop].tolist() == whole.words[:, start:stop].tolist()
        backwards = part.bits.backwards
        again = backwards.stretch(backwards.words, 0, len(array))[:, ::-1]
        assert again.tolist() == found.tolist()
        on, told = (bits_of(words, array.shape[1]) for words in (whole.words, found))
        for cell in range(array.shape[1]):
            beyond = on[stop:, cell].tolist()
            known = run_of(beyond, value=True)
            known += run_of(beyond[known:], value=False)
            assert told[stop : stop + known, cell].tolist() == beyond[:known]
        columns = np.arange(part.bits.words.shape[1])
        assert part.bits.column(part.bits.first_step(columns))[1:].tolist() == columns[1:].tolist()


def bits_of(words, cells):
    return np.unpackbits(words.T.copy().view(np.uint8), axis=1, bitorder="little")[:, :cells].astype(bool)


def test_parts_have_to_follow_each_other():
    array = sticky_states(12, 3, seed=0)
    leads = [each.lead() for each in words_of_parts(array, 0.1, [0, 4, 8, 12])]
    with pytest.raises(ValueError, match="part 1 must begin at step 4, where the part before ends; got 8"):
        borders([leads[0], leads[2]])


def test_bits_of_all_steps_are_their_own_columns():
    bits = Bits(np.zeros((1, 5), np.uint64))
    steps = np.arange(5)
    assert bits.own == (0, 5)
    assert bits.column(steps).tolist() == bits.first_step(steps).tolist() == steps.tolist()
