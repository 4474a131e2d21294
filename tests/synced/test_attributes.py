"""What tools show of a widget and of the package: completion, help, and the nearest name to a misspelt one."""

import copy
import inspect
import pickle
import pydoc
import re
import subprocess
import sys

import anywidget
import numpy as np
import pytest

import lstmvis_widget
from lstmvis_widget import SequenceExplorer, StateExplorer, map_phrases
from lstmvis_widget.synced import tags
from lstmvis_widget.synced.tags import own_traits, public_names
from lstmvis_widget.synced.widget import SyncedWidget

STATES = np.random.default_rng(0).normal(size=(60, 10))
PHRASES = {"a": [(at, at + 2) for at in range(0, 20, 2)], "b": [(at, at + 3) for at in range(21, 60, 3)]}

MAKE = {
    "StateExplorer": lambda: StateExplorer(STATES),
    "SequenceExplorer": lambda: SequenceExplorer(STATES, background=False),
    "PhraseScatter": lambda: map_phrases(STATES, PHRASES, 0.1).scatter(),
}
KINDS = [
    kind
    for name in lstmvis_widget.__all__
    if isinstance(kind := getattr(lstmvis_widget, name), type) and issubclass(kind, anywidget.AnyWidget)
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def widget(request):
    widget = MAKE[request.param.__name__]()
    yield widget
    widget.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_widget_is_at_most_three_classes_of_ours_in_a_line(kind):
    ours = [each for each in kind.__mro__ if each.__module__.startswith("lstmvis_widget")]
    assert len(ours) <= 3
    assert ours[-1] is SyncedWidget
    assert all(len(each.__bases__) == 1 for each in ours)


def test_completion_shows_public_names_alone(widget):
    names = dir(widget)
    assert names == sorted(set(names))
    assert not [name for name in names if name.startswith("_") or name.isupper()]
    assert {"observe", "close", "layout", "error", "undo", "redo"} <= set(names)
    for name in names:
        getattr(widget, name)


def test_completion_on_an_explorer_shows_every_trait_that_can_be_set_and_every_result():
    with_all = set(dir(MAKE["StateExplorer"]()))
    traits = {name for name in own_traits(StateExplorer) if not name.startswith("_")}
    assert traits <= with_all
    assert not {"peek", "publish", "set_when_free", "settle", "set_state", "get_state", "await_result"} & with_all


def test_completion_on_the_package_shows_its_public_names():
    assert dir(lstmvis_widget) == sorted(lstmvis_widget.__all__) == lstmvis_widget.__all__
    said = subprocess.run(
        [sys.executable, "-c", "import lstmvis_widget, lstmvis_widget.matching; print(*dir(lstmvis_widget))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == lstmvis_widget.__all__


@pytest.mark.parametrize("kind", KINDS)
def test_help_on_a_trait_says_what_it_holds_its_type_and_its_default(kind):
    for name, trait in own_traits(kind).items():
        if not name.startswith("_"):
            first, _, rest = inspect.getdoc(getattr(kind, name)).partition("\n\n")
            assert first.startswith(f"{name} : "), name
            assert "default" in first or "read only" in first, name
            assert "any value" not in first, name
            assert len(rest) > 20, name
            assert trait.help.split()[0] in pydoc.render_doc(getattr(kind, name)), name


def test_help_says_the_range_and_the_default():
    assert inspect.getdoc(StateExplorer.off_before).startswith("off_before : an integer of at least 0; default 0\n")
    assert inspect.getdoc(StateExplorer.context_width).startswith(
        "context_width : an integer from 0 to 20; default 6, or 20 where most tokens are single characters\n"
    )
    assert inspect.getdoc(StateExplorer.matches).startswith("matches : Matches; read only\n")


@pytest.mark.parametrize("kind", KINDS)
def test_the_documentation_of_a_widget_lists_its_traits_properties_and_methods(kind):
    text = inspect.getdoc(kind)
    headed = re.split(r"\n\n(\w+)\n-+\n", text)
    sections = dict(zip(headed[1::2], headed[2::2], strict=True))
    assert len(sections) == len(headed) // 2
    assert list(sections)[:3] == ["Parameters", "Attributes", "Methods"]
    attributes, methods = (
        [line.partition(" : ")[0] for line in sections[name].splitlines() if not line.startswith(" ") and line]
        for name in ("Attributes", "Methods")
    )
    traits = [name for name in own_traits(kind) if not name.startswith("_")]
    assert attributes[: len(traits)] == traits
    properties = [name for name in public_names(kind) if isinstance(inspect.getattr_static(kind, name), property)]
    assert attributes[len(traits) :] == properties
    assert {*attributes, *methods, "layout", "unobserve"} - {"open"} == set(public_names(kind))
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("treshold", "threshold"), ("Selection", "selection"), ("offbefore", "off_before"), ("match", "matches"),
     ("selected", "select"), ("k_", "k")],
)  # fmt: skip
def test_an_attribute_that_an_explorer_lacks_is_refused_with_the_nearest_name(name, nearest):
    explorer = MAKE["StateExplorer"]()
    with pytest.raises(AttributeError, match=rf"StateExplorer.*{name}.*'{nearest}'"):
        setattr(explorer, name, 0.5)
    assert not hasattr(explorer, name)
    explorer.close()


def test_every_widget_refuses_an_attribute_it_lacks(widget):
    with pytest.raises(AttributeError, match=r"errors.*'error'"):
        widget.errors = "none"


def test_attributes_of_the_base_classes_can_be_set(widget):
    widget.layout.width = "50%"
    widget.tooltip = "states"
    widget.add_class("wide")
    assert widget.tooltip == "states"


def test_a_subclass_may_have_attributes_of_its_own():
    class Named(StateExplorer):
        nickname = "none"

    explorer = Named(STATES)
    explorer.nickname = "alice"
    assert explorer.nickname == "alice"
    explorer.close()


def test_a_new_widget_adds_nothing_to_what_is_kept_of_classes():
    kept = [tags.own_traits, tags.names_tagged, tags.public_names]

    def use():
        explorer = StateExplorer(STATES, threshold=0.1)
        explorer.selection = (10, 13)
        dir(explorer)
        with pytest.raises(AttributeError, match="StateExplorer"):
            explorer.treshold = 0.2
        explorer.close()

    use()
    before = [cache.cache_info().currsize for cache in kept]
    use()
    assert [cache.cache_info().currsize for cache in kept] == before


def test_each_version_of_a_style_sheet_has_a_name_of_its_own(widget, monkeypatch):
    kind = getattr(lstmvis_widget, type(widget).__name__)
    same = MAKE[kind.__name__]()
    monkeypatch.setattr(kind, "_css", f"{kind._css} .lstmvis {{ color: red }}")
    other = MAKE[kind.__name__]()
    assert widget._anywidget_id.startswith(f"{kind.__module__}.{kind.__name__}-")
    assert same._anywidget_id == widget._anywidget_id != other._anywidget_id
    same.close()
    other.close()


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, pickle.dumps, lambda widget: pickle.dumps({"of": widget})])
def test_who_copies_a_widget_is_told_what_to_do_instead(widget, make):
    with pytest.raises((TypeError, NotImplementedError), match=f"a {type(widget).__name__} can't be .* make another"):
        make(widget)
