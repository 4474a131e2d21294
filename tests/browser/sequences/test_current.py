"""The current sequence: its facts, words, expected classes and jumps; and those that are pinned beside it."""

import numpy as np
import pytest
from playwright.sync_api import expect

from lstmvis_widget import jump_contributions, step_distances
from tests.browser.gestures import brush, drag, middle, part, shows, word
from tests.browser.sequences.data import (
    CLASSES,
    OCCLUSION,
    SEQUENCES,
    STARTS,
    STATES,
    TARGETS,
    TOKENS,
    WEIGHTS,
    output,
)
from tests.browser.sequences.hands import column, row
from tests.planted import BYSTANDER, LATCHES

NUMBER = 13
"""A text that changes its mind once, and is wrong about itself."""
START, STOP = int(STARTS[NUMBER]), int(STARTS[NUMBER + 1])
JUMPS = step_distances(STATES, SEQUENCES)
JUMP = START + int(np.nanargmax(JUMPS[START:STOP]))


@pytest.fixture
def current(notebook, sequences):
    """The page at that text."""
    notebook.run(f"sequences.sequence = {NUMBER}")
    shows(sequences, sequence=NUMBER, words=(START, STOP), trajectories=NUMBER)
    return sequences


def of_step(chart, step):
    return column(chart, step, START, STOP)


def test_its_facts_are_those_of_the_table(notebook, current):
    facts = notebook.value(f"sequences.table.iloc[{NUMBER}].to_dict()")
    assert facts["target"] == TARGETS[NUMBER]
    heading = part(current, "sequence-heading")
    expect(heading).to_contain_text(f"Sequence {NUMBER} · {NUMBER + 1} of {len(SEQUENCES)}")
    expect(part(current, "true-class")).to_contain_text(facts["target"])
    expect(part(current, "said-class")).to_contain_text(facts["prediction"])
    expect(part(current, "said-class")).to_contain_text(f"confidence {facts['confidence']:.2f}")
    expect(part(current, "said-class")).to_contain_text("right" if facts["correct"] else "wrong")
    settled = facts["settled"] - facts["start"]
    expect(part(current, "settled")).to_have_text(f"at step {settled} of {facts['length']}, after 1 change")
    expect(part(current, "length")).to_have_text(f"{facts['length']} steps, {START}…{STOP - 1}")
    largest = part(current, "largest-jump")
    at = facts["largest_jump_at"]
    expect(largest).to_have_text(f"{facts['largest_jump']:.2f}, {TOKENS[at]} → {TOKENS[at + 1]}")
    largest.click()
    assert notebook.value("sequences.jump") == at
    part(current, "sequence-after").click()
    shows(current, sequence=NUMBER + 1)
    part(current, "sequence-before").click()
    assert notebook.value("[sequences.sequence, sequences.position]") == [NUMBER, START]


def test_a_step_that_is_pointed_at_is_lit_in_every_part(current):
    marks = {
        "words": ".lvs-word.lv-hovered",
        "class-matrix": ".lvs-column:not([hidden])",
        "jumps": ".lvs-hovered-bar:not([hidden])",
    }

    def lit_everywhere(step):
        shows(current, hovered=step)
        expect(part(current, "words").locator(marks["words"])).to_have_attribute("data-step", str(step))
        for name in ("class-matrix", "jumps"):
            box = part(current, name).locator(marks[name]).bounding_box()
            assert box["x"] + box["width"] / 2 == pytest.approx(of_step(part(current, name), step)[0], abs=1)
        expect(part(current, "map-readout")).to_contain_text(f"“{TOKENS[step]}” · sequence {NUMBER}")
        expect(part(current, "readout")).to_contain_text(f"“{TOKENS[step]}” · step {step - START} of sequence {NUMBER}")
        expect(row(current, NUMBER)).to_contain_class("lv-hovered")

    word(current, START + 3).hover()
    lit_everywhere(START + 3)
    for name, step in (("class-matrix", START + 7), ("jumps", START + 11)):
        current.page.mouse.move(*of_step(part(current, name), step))
        lit_everywhere(step)
    part(current, "map").focus()
    current.page.keyboard.press("Home")
    lit_everywhere(START)


def test_words_and_matrix_are_what_the_model_expects(notebook, current):
    model = output()
    expected, sure = model[START:STOP], model.confidence[START:STOP]
    probabilities = model.probabilities(START, STOP)
    colors = dict(zip(CLASSES, (dot_color(current, name) for name in CLASSES), strict=True))
    assert len(set(colors.values())) == len(CLASSES)
    for step in (START, START + 1, JUMP + 1, STOP - 1):
        word(current, step).hover()
        said = f"expected {expected[step - START]} {sure[step - START]:.2f}"
        expect(part(current, "readout")).to_contain_text(said)
    # Each row of the matrix is a class, and the last the likeliest; they have their colours.
    names = part(current, "class-matrix-names").locator(".lvs-row-name").all_inner_texts()
    assert names == [*CLASSES, "likeliest"]
    chart = part(current, "class-matrix")
    drawn = {}
    for place, name in enumerate(CLASSES):
        x, _ = of_step(chart, JUMP + 1)
        current.page.mouse.move(x, chart.bounding_box()["y"] + 14 * place + 6)
        value = probabilities[JUMP + 1 - START, place]
        expect(part(current, "class-matrix-readout")).to_contain_text(f"p({name}) {value:.2f}")
        shows(current, hovered=JUMP + 1)
        drawn[name] = opacity(chart, JUMP + 1 - START, 14 * place + 6)
    assert max(drawn, key=drawn.get) == expected[JUMP + 1 - START]
    assert drawn == pytest.approx(
        {name: 255 * 0.9 * probabilities[JUMP + 1 - START, place] for place, name in enumerate(CLASSES)}, abs=3
    )
    current.page.mouse.click(*of_step(chart, JUMP + 1))
    assert notebook.value("sequences.position") == JUMP + 1
    shows(current, position=JUMP + 1)


def dot_color(sequences, name):
    entry = part(sequences, "legend-entry").filter(has_text=name).first
    return entry.locator(".lvs-swatch").evaluate("each => getComputedStyle(each).backgroundColor")


def opacity(chart, place, y):
    return chart.evaluate(
        """(chart, [place, steps, y]) => {
            const canvas = chart.querySelector('canvas');
            const ratio = canvas.width / parseFloat(canvas.style.width);
            const width = parseFloat(canvas.style.width) / steps;
            const at = [(place + 0.4) * width, y].map(each => Math.floor(each * ratio));
            return canvas.getContext('2d').getImageData(...at, 1, 1).data[3];
        }""",
        [place, STOP - START, y],
    )


def test_words_are_brushed_with_the_mouse_and_with_keys(notebook, current):
    brush(current, START + 4, START + 8)
    shows(current, selection=(START + 4, START + 8))
    assert notebook.value("sequences.selection") == [START + 4, START + 8]
    word(current, START + 10).click(modifiers=["Shift"])
    assert notebook.value("sequences.selection") == [START + 4, START + 11]
    word(current, START + 2).click()
    assert notebook.value("[sequences.position, sequences.selection]") == [START + 2, [START + 4, START + 11]]
    flow, keyboard = part(current, "words"), current.page.keyboard
    flow.focus()
    keyboard.press("Escape")
    shows(current, selection="")
    assert notebook.value("sequences.selection") is None
    flow.focus()
    for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        keyboard.press(key)
    shows(current, selection=(START + 1, START + 4), hovered=START + 3)
    assert notebook.value("sequences.selection") == [START + 1, START + 4]
    flow.focus()
    keyboard.press("End")
    keyboard.press("Enter")
    assert notebook.value("sequences.position") == STOP - 1
    flow.focus()
    keyboard.press("Control+z")
    shows(current, selection=(START + 1, START + 3))
    keyboard.press("Control+z")
    shows(current, selection="")
    keyboard.press("Control+Shift+z")
    shows(current, selection=(START + 1, START + 3))
    flow.focus()
    assert notebook.value("sequences.selection") == [START + 1, START + 3]


def test_the_threshold_of_jumps_is_dragged_typed_and_moved_by_keys(notebook, current):
    line = part(current, "jump-threshold-line")
    largest = np.nanmax(JUMPS)
    assert notebook.value("sequences.jump_threshold") == pytest.approx(np.nanquantile(JUMPS, 0.99))
    x, y = middle(line)
    # It is close to the top of an axis of 64 pixels.
    drag(current, (x, y), (x, y + 32))
    threshold = notebook.value("sequences.jump_threshold")
    assert threshold == pytest.approx(largest / 2, abs=0.06)
    above = int((JUMPS[START : STOP - 1] >= threshold).sum())
    expect(part(current, "jump-count")).to_have_text("1 step" if above == 1 else f"{above} steps")
    expect(line).to_have_attribute(
        "aria-valuetext", f"{threshold:.4g}, {above} of {STOP - START - 1} jumps at least as long"
    )
    line.focus()
    current.page.keyboard.press("ArrowDown")
    lower = notebook.value("sequences.jump_threshold")
    assert threshold - 0.1 < lower < threshold
    field = part(current, "jump-threshold-field")
    field.fill("0.3")
    field.press("Enter")
    assert notebook.value("sequences.jump_threshold") == 0.3
    above = int((JUMPS[START : STOP - 1] >= 0.3).sum())
    assert above > 1
    expect(part(current, "jump-count")).to_have_text(f"{above} steps")
    field.press("Control+a")
    line.focus()
    current.page.keyboard.press("Control+z")
    assert notebook.value("sequences.jump_threshold") == lower


def test_a_jump_leads_to_its_cause(notebook, current):
    current.page.mouse.click(*of_step(part(current, "jumps"), JUMP))
    shows(current, jump=JUMP, cause=JUMP)
    assert notebook.value("sequences.jump") == JUMP
    model = output()
    said = model[JUMP + 1]
    column_ = CLASSES.index(said)
    expect(part(current, "cause-title")).to_have_text(f"From the jump at “{TOKENS[JUMP + 1]}”")
    facts = part(current, "cause-facts")
    known = JUMPS[~np.isnan(JUMPS)]
    percent = f"{100 * (known < JUMPS[JUMP]).mean():.1f}".removesuffix(".0")
    expect(facts).to_contain_text(f"{JUMPS[JUMP]:.2f}, longer than {percent} % of all")
    before, after = model.probabilities(JUMP, JUMP + 2)[:, column_]
    expect(facts).to_contain_text(f"p({said}) {before:.2f} → {after:.2f}")
    table = jump_contributions(
        STATES, JUMP, weights=WEIGHTS, of=said, classes=list(CLASSES), sequences=SEQUENCES
    ).set_index("cell")
    chips = part(current, "cause-cells").locator("[role=listitem]")
    cells = [int(text) for text in chips.locator("span:first-child").all_inner_texts()]
    effects = [float(text.replace("−", "-")) for text in chips.locator("span:last-child").all_inner_texts()]
    assert effects == pytest.approx(table["contribution"][cells].tolist(), abs=0.006)
    assert sorted(table["contribution"].abs(), reverse=True)[: len(cells)] == pytest.approx(
        table["contribution"].abs()[cells]
    )
    # The two cells that know, and not the one that moves as far but isn't read.
    assert set(cells[:2]) == set(LATCHES)
    assert table["change"].abs()[BYSTANDER] == pytest.approx(table["change"].abs()[list(LATCHES)].max(), rel=0.05)
    last = model.probabilities(STOP - 1, STOP)[0]
    without = last.max() + OCCLUSION[JUMP + 1]
    expect(part(current, "occlusion")).to_contain_text(
        f"without this word the final p({CLASSES[int(last.argmax())]}) would be {without:.2f}"
    )
    expect(part(current, "take-cause-cells")).to_be_disabled()
    part(current, "close-cause").click()
    assert notebook.value("sequences.jump") is None
    # The same with keys.
    part(current, "jumps").focus()
    for key in ("Home", "ArrowRight", "Enter"):
        current.page.keyboard.press(key)
    shows(current, cause=START + 1)
    assert notebook.value("sequences.jump") == START + 1
    # Another metric has other lengths.
    notebook.run("sequences.metric = 'cosine'")
    shows(current, metric="cosine")
    cosine = step_distances(STATES, SEQUENCES, "cosine")
    expect(part(current, "largest-jump")).to_contain_text(f"{np.nanmax(cosine[START:STOP]):.2f}")


def test_pinned_sequences_are_compared_where_they_are_aligned(notebook, current):
    part(current, "pin-sequence").click()
    row(current, NUMBER + 1).locator("[data-part='sequence-pin']").click()
    part(current, "sequences").press("Tab")
    assert notebook.value("sequences.pinned_sequences") == [NUMBER, NUMBER + 1]
    shows(current, trajectories=[NUMBER, NUMBER + 1])
    strips = part(current, "compared").locator("[data-part='strip']")
    expect(strips).to_have_count(2)
    table = notebook.value("sequences.table[['start', 'stop', 'settled']].to_numpy()")
    anchors = {
        "start": lambda number: table[number][0],
        "end": lambda number: table[number][1] - 1,
        "settled": lambda number: table[number][2],
    }
    for at in ("end", "settled", "start"):
        part(current, "compared-align").select_option(at)
        assert notebook.value("sequences.align_at") == at
        shows(current, align_at=at)
        # The step where they are aligned stands below that of the other.
        first, second = (
            strip_column(current, place, anchors[at](number)) for place, number in enumerate((NUMBER, NUMBER + 1))
        )
        assert first == pytest.approx(second, abs=1)
    part(current, "go-to-pinned").nth(1).click()
    shows(current, sequence=NUMBER + 1)
    assert notebook.value("sequences.sequence") == NUMBER + 1
    part(current, "unpin").first.click()
    assert len(notebook.value("sequences.pinned_sequences")) == 1
    expect(strips).to_have_count(1 if notebook.value("sequences.pinned_sequences") == [NUMBER + 1] else 2)


def strip_column(sequences, place, step):
    """Where a step is lit in the strip of the sequence at this place, once it is pointed at with keys."""
    strip = part(sequences, "compared").locator("[data-part='strip']").nth(place)
    strip.focus()
    sequences.page.keyboard.press("Home")
    first = int(STARTS[NUMBER + place])
    shows(sequences, hovered=first)
    for _ in range(step - first):
        sequences.page.keyboard.press("ArrowRight")
    shows(sequences, hovered=step)
    return strip.locator(".lvs-column:not([hidden])").bounding_box()["x"]
