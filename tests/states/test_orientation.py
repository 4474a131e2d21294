import warnings
from contextlib import closing

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, save_states

GIVEN = {"tokens": ["w"] * 500, "tracks": {"pos": ["N"] * 500}, "sequences": [300, 200]}


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("take", [StateExplorer, lambda *args, **named: save_states("never.h5", *args, **named)])
def test_what_fits_the_transposed_states_is_answered_with_the_line_to_write(name, take):
    with pytest.raises(ValueError, match=r"shape \(20, 500\).*transposed, give states\.T$"):
        take(np.zeros((20, 500)), **{name: GIVEN[name]})


def test_of_several_layers_the_transposed_one_is_named():
    with pytest.raises(ValueError, match=r"layer 'upper' has .* give \{'upper': states\.T, …\}$"):
        StateExplorer({"lower": np.zeros((20, 30)), "upper": np.zeros((20, 500))}, ["w"] * 500)


def test_other_lengths_are_refused_as_before():
    with pytest.raises(ValueError, match=r"got 30 tokens$"):
        StateExplorer(np.zeros((20, 500)), ["w"] * 30)


def test_far_more_cells_than_steps_are_warned_of_unless_something_tells_the_number_of_steps():
    with pytest.warns(UserWarning, match=r"20 time steps and 500 cells.*give states\.T"):
        StateExplorer(np.zeros((20, 500))).close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for states, options in ((np.zeros((20, 500)), {"tokens": ["w"] * 20}), (np.zeros((20, 90)), {})):
            with closing(StateExplorer(states, **options)):
                pass
