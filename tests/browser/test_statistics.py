"""Labels counted in the matches, and cells aligned with a label, in a notebook."""

import re
from contextlib import closing

import pytest
from playwright.sync_api import expect

from lstmvis_widget import StateExplorer
from tests.browser.data import N_CELLS, SHOW, STATES, TAGS, WORDS
from tests.browser.gestures import brush, part, shows
from tests.browser.mock import served, show
from tests.browser.needed import is_not_here
from tests.browser.test_access import AXE, LEVELS, LOW_CONTRAST
from tests.page import wait_until

IMPORTING = 30_000
"""Milliseconds that pandas and scipy may take to be imported by a new kernel."""

RUN_AXE = """([levels, parts]) => axe.run(
    { include: parts }, { runOnly: { type: 'tag', values: levels }, resultTypes: ['violations'] },
).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(node => [id, node.html.slice(0, 200)])))"""


def violations(page):
    """What axe-core finds in the parts that are tested here."""
    if not AXE.exists():
        is_not_here("the packages of js/package.json are not here; `npm ci` in js/ installs them")
    page.evaluate(AXE.read_text())
    return page.evaluate(RUN_AXE, [LEVELS, [[".lv-match-view"], [".lv-cells-row"]]])


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def rows_of(explorer):
    """The cells of the table as text, a list for each label."""
    return part(explorer, "label-row").evaluate_all(
        "rows => rows.map(row => [row.dataset.label, ...[...row.querySelectorAll('td')].map(td => td.textContent)])"
    )


def with_best(explorer, item):
    """Choose an item of the menu beside the best cells."""
    part(explorer, "best-menu").locator("summary").click()
    part(explorer, item).click()


def open_table(notebook, explorer):
    notebook.run("explorer.match_tracks = ['pos']")
    brush(explorer, 10, 12)
    part(explorer, "label-table-open").click()
    expect(part(explorer, "label-row").first).to_be_visible(timeout=IMPORTING)


def test_the_head_of_a_heatmap_opens_a_table_with_the_numbers_of_python(notebook, explorer):
    open_table(notebook, explorer)
    shows(explorer, label_table="pos")
    expected = notebook.value("explorer.matches.enrichment('pos', exclude=explorer.selection).values.tolist()")
    shown = rows_of(explorer)
    assert [row[0] for row in shown] == [row[0] for row in expected if row[8]]
    for row, (_, share, base, ratio, *_rest, count, _total) in zip(shown, expected, strict=False):
        assert int(row[1].split()[-1]) == count
        assert float(row[1].split()[0]) == pytest.approx(100 * share, abs=0.51)
        assert float(row[2].split()[0]) == pytest.approx(100 * base, abs=0.51)
        assert float(row[3].split()[0]) == pytest.approx(ratio, rel=0.01)
        assert re.fullmatch(r"\S+ \[\S+, \S+\]", row[3])
    marked = part(explorer, "label-row").filter(has_text="in the selection")
    assert set(marked.evaluate_all("rows => rows.map(row => row.dataset.label)")) == set(TAGS[10:12])
    expect(part(explorer, "label-table")).to_contain_text("the 2 that overlap the selection")


def test_the_table_follows_the_threshold_and_closes_with_escape(notebook, explorer):
    open_table(notebook, explorer)
    notebook.run("explorer.threshold = 0.1")
    expected = notebook.value("explorer.matches.enrichment('pos', exclude=explorer.selection)['count'].tolist()")
    wanted = [count for count in expected if count]
    explorer.page.wait_for_function(
        """wanted => JSON.stringify([...document.querySelectorAll("[data-part='label-row'] td:nth-child(2)")]
            .map(td => Number(td.textContent.split(' ').at(-1)))) === JSON.stringify(wanted)""",
        arg=wanted,
    )
    button = part(explorer, "label-table-open")
    expect(button).to_have_attribute("aria-expanded", "true")
    part(explorer, "label-table-close").focus()
    explorer.page.keyboard.press("Escape")
    expect(part(explorer, "label-table")).to_be_hidden()
    expect(button).to_be_focused()
    wait_until(lambda: notebook.value("explorer._label_table") is None, "the end of the table")
    assert notebook.value("explorer.selection") == [10, 12]
    button.focus()
    explorer.page.keyboard.press("Enter")
    expect(part(explorer, "label-table")).to_be_focused()


def test_opened_from_python_the_table_stands_under_its_head(notebook):
    notebook.run(
        SHOW.replace(
            "word_width=30)",
            "word_width=30, selection=(10, 12), match_tracks=['pos'])\nexplorer._label_table = 'pos'",
        )
    )
    explorer = notebook.explorer()
    expect(part(explorer, "label-row").first).to_be_visible(timeout=IMPORTING)
    head, sheet = (part(explorer, name).bounding_box() for name in ("label-table-open", "label-table"))
    # As far to the left as it has to be to stay on the page.
    assert sheet["x"] <= head["x"]
    assert sheet["x"] + sheet["width"] >= head["x"] + head["width"]
    assert 0 <= sheet["y"] - (head["y"] + head["height"]) < 40


def test_shares_are_compared_with_chance(notebook, explorer):
    open_table(notebook, explorer)
    part(explorer, "against-chance").click()
    heads = part(explorer, "label-table").locator("thead th")
    expect(heads).to_have_count(9, timeout=IMPORTING)
    expected = notebook.value(
        "explorer.matches.enrichment_null('pos', exclude=explorer.selection)"
        ".pivot(index='label', columns='kind', values='p').to_dict('index')"
    )
    for label, *cells in rows_of(explorer):
        assert float(cells[5]) == pytest.approx(expected[label]["rotation"], abs=0.006)
        assert float(cells[7]) == pytest.approx(expected[label]["cells"], abs=0.006)


def test_cells_are_aligned_with_a_label_pinned_and_taken(notebook, explorer):
    brush(explorer, 10, 12)
    part(explorer, "align-with").select_option(label="pos: NOUN")
    expect(part(explorer, "best-cell")).to_have_count(10, timeout=IMPORTING)
    notebook.run("from lstmvis_widget import cell_alignment")
    notebook.run(
        "table = cell_alignment(STATES, TAGS, labels=['NOUN']).sort_values('f1', ascending=False, kind='stable')"
    )
    order = notebook.value("table['cell'].tolist()")
    best = order[:10]
    selected = notebook.value("explorer.selected_cells")
    expect(part(explorer, "cell")).to_have_text([str(cell) for cell in sorted(selected, key=order.index)])
    signs = notebook.value("table['sign'].tolist()[:10]")
    assert set(signs) == {1, -1}
    names = [f"{cell} low" if sign < 0 else str(cell) for cell, sign in zip(best, signs, strict=True)]
    expect(part(explorer, "best-cell")).to_have_text(names)
    for place in (signs.index(1), signs.index(-1)):
        f1, auc = notebook.value(f"table.iloc[{place}][['f1', 'auc']].tolist()")
        by = " by being low" if signs[place] < 0 else ""
        part(explorer, "best-cell").nth(place).hover()
        expect(part(explorer, "readout")).to_contain_text(
            f"cell {best[place]} · F1 {f1:.2f}{by}, AUC {auc:.2f} for NOUN"
        )
    high = sorted(cell for cell, sign in zip(best, signs, strict=True) if sign > 0)
    with_best(explorer, "pin-best")
    shows(explorer, pinned_cells=sorted(best))
    with_best(explorer, "take-best")
    shows(explorer, selected_cells=high)
    assert notebook.value("explorer.selected_cells") == high
    # A cell that was added by hand goes when it is clicked, and one undo brings what was before.
    shown = sorted(high, key=order.index)
    expect(part(explorer, "cell").first).to_have_text(str(shown[0]))
    part(explorer, "cell").first.click()
    assert notebook.value("explorer.selected_cells") == sorted(shown[1:])
    part(explorer, "words").focus()
    explorer.page.keyboard.press("Control+z")
    shows(explorer, selected_cells=high)
    explorer.page.keyboard.press("Control+z")
    assert notebook.value("explorer.selected_cells") == selected


def test_the_thresholds_of_the_best_cells_are_used(notebook, explorer):
    brush(explorer, 10, 12)
    part(explorer, "align-with").select_option(label="pos: NOUN")
    expect(part(explorer, "best-cell")).to_have_count(10, timeout=IMPORTING)
    with_best(explorer, "use-best")
    expect(part(explorer, "layer-menu")).to_have_value("states · NOUN")
    part(explorer, "best-menu").locator("summary").click()
    expect(part(explorer, "take-best")).to_be_visible()
    expect(part(explorer, "use-best")).to_be_hidden()
    explorer.page.keyboard.press("Escape")
    expect(part(explorer, "plot-caption")).to_contain_text("own threshold")
    notebook.run("from lstmvis_widget import cell_alignment")
    notebook.run(
        "table = cell_alignment(STATES, TAGS, labels=['NOUN']).sort_values('f1', ascending=False, kind='stable')[:10]"
    )
    used = notebook.value("explorer.used.to_pandas().to_dict('list')")
    assert used == notebook.value("table.sort_values('cell')[['cell', 'threshold', 'sign']].to_dict('list')")
    # A low cell is called by its name, and is taken as any other.
    best = notebook.value("table[['cell', 'sign']].to_numpy().tolist()")
    names = [f"−{cell}" if sign < 0 else str(cell) for cell, sign in best]
    expect(part(explorer, "best-cell")).to_have_text(names)
    with_best(explorer, "take-best")
    shows(explorer, selected_cells=used["cell"])
    assert notebook.value("explorer.selected_cells") == used["cell"]
    part(explorer, "layer-menu").select_option("states")
    part(explorer, "best-menu").locator("summary").click()
    expect(part(explorer, "use-best")).to_be_visible()
    assert notebook.value("[explorer.layer, explorer.used]") == ["states", None]


def test_cells_that_tell_by_being_low_are_taken_as_their_mirrors(notebook):
    notebook.run(SHOW.replace("word_width", "mirror=True, word_width"))
    explorer = notebook.explorer()
    brush(explorer, 10, 12)
    part(explorer, "align-with").select_option(label="pos: NOUN")
    expect(part(explorer, "best-cell")).to_have_count(10, timeout=IMPORTING)
    notebook.run("from lstmvis_widget import cell_alignment")
    notebook.run("table = cell_alignment(STATES, TAGS, labels=['NOUN']).nlargest(10, 'f1')")
    best = notebook.value("[c if s > 0 else c + N_CELLS for c, s in zip(table['cell'], table['sign'])]")
    assert max(best) >= N_CELLS
    names = [str(cell) if cell < N_CELLS else f"−{cell - N_CELLS}" for cell in best]
    expect(part(explorer, "best-cell")).to_have_text(names)
    with_best(explorer, "take-best")
    shows(explorer, selected_cells=sorted(best))
    assert notebook.value("explorer.selected_cells") == sorted(best)
    expect(part(explorer, "cell").first).to_have_text(names[0])
    part(explorer, "best-cell").nth(best.index(max(best))).hover()
    expect(part(explorer, "readout")).to_contain_text(f"cell −{max(best) - N_CELLS} · F1")


def test_cells_are_aligned_with_numbers_by_their_correlation_and_beside_them_all_cells(notebook, explorer):
    brush(explorer, 10, 12)
    notebook.run("explorer.tracks['height'] = STATES[:, 3] - STATES[:, 5] + STATES[::-1, 7]")
    part(explorer, "align-with").select_option(label="height")
    shows(explorer, align_with="height:")
    assert notebook.value("list(explorer.align_with)") == ["height", ""]
    notebook.run("from lstmvis_widget import cell_alignment; table = cell_alignment(explorer, 'height')")
    notebook.run("table = table.iloc[(-table['spearman'].abs()).argsort(kind='stable')]")
    together = notebook.value("table.attrs['r2_all_cells']")
    expect(part(explorer, "all-cells")).to_have_text(f"all cells: R² {together:.2f}", timeout=IMPORTING)
    rows = notebook.value("table[['cell', 'spearman', 'r2']].values.tolist()[:10]")
    assert {rho > 0 for _, rho, _ in rows} == {True, False}
    names = [f"{cell:.0f} ρ {rho:.2f}".replace("-", "−") for cell, rho, _ in rows]  # noqa: RUF001  (as it is shown)
    expect(part(explorer, "best-cell")).to_have_text(names)
    part(explorer, "best-cell").first.hover()
    expect(part(explorer, "readout")).to_contain_text(f"{names[0].split()[2]}, R² {rows[0][2]:.2f} for height")
    with_best(explorer, "take-best")
    shows(explorer, selected_cells=sorted(int(cell) for cell, rho, _ in rows if rho > 0))
    notebook.run("explorer.undo(), explorer.undo()")
    shows(explorer, align_with="")


ROWS = [
    {
        "label": label, "selected": label == "DET", "count": 45, "share": 0.4639, "base_rate": 0.0485,
        "odds_ratio": 18.47, "interval": [12.26, 27.8], "p": 1e-32,
    }
    for label in ("ADJ", "DET", "NOUN")
]  # fmt: skip
CHANCE = {"mean": 0.048, "low": 0.01, "high": 0.093, "p": 0.005}
TABLE = {
    "track": "pos", "rows": ROWS, "labels": 9, "matches": 49, "excluded": 1, "total": 97, "draws": 200, "error": "",
    "chance": [{"rotation": CHANCE, "cells": CHANCE}] * 3,
}  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 480])
def test_axe_finds_nothing_in_the_table_and_it_stays_within_the_page(browser, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    traits = {
        "selection": [11, 13],
        "position": 5,
        "match_tracks": ["pos"],
        "_label_table": "pos",
        "_enrichment": TABLE,
    }
    with served() as address:
        shown = show(context.new_page(), address, cells=60, steps=1000, theme=theme, traits=traits)
        expect(part(shown, "label-row")).to_have_count(3)
        assert violations(shown.page) == []
        assert shown.evaluate(LOW_CONTRAST) == []
        box = part(shown, "label-table").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    context.close()


def test_a_saved_view_keeps_the_table_and_the_alignment_and_asks_for_nothing(browser, tmp_path):
    options = {"threshold": 0.3, "selection": (10, 12), "match_tracks": ["pos"], "align_with": ("pos", "NOUN")}
    with closing(StateExplorer(STATES, WORDS, {"pos": TAGS}, **options)) as explorer:
        explorer._label_table = "pos"
        wait_until(lambda: explorer._enrichment and explorer._alignment, "what is saved")
        path = explorer.to_html(tmp_path / "view.html")
    page = browser.new_page(bypass_csp=True)
    page.goto(path.as_uri())
    shown = page.locator(".lstmvis[data-ready='true']")
    shown.wait_for()
    expect(part(shown, "align-with")).to_be_disabled()
    expect(part(shown, "best-cell")).to_have_count(10)
    expect(part(shown, "best-menu")).to_be_hidden()
    expect(part(shown, "label-row").first).to_be_visible()
    expect(part(shown, "against-chance")).to_be_disabled()
    assert violations(page) == []
    assert shown.evaluate(LOW_CONTRAST) == []
    part(shown, "label-table-close").click()
    expect(part(shown, "label-table")).to_be_hidden()
    page.close()
