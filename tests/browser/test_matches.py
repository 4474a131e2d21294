"""The match view: what it lists and how much of it, the lengths, folding, keys through rows, copying."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests import oracle, plain
from tests.browser.data import SEQUENCES, SHOW, STATES, THRESHOLD, WORDS
from tests.browser.gestures import copying_refused, match_row, part, shows, word
from tests.page import wait_until

SELECTION = (166, 169)
CELLS = oracle.select_cells(STATES, *SELECTION, THRESHOLD)
KEYS_DOWN = 30
FRAME_MS = 16

# All is scrolled through; how long the scripts of each frame took is in `took`, the ranks seen in `seen`.
SCROLL_THROUGH = """async ({ part, step }) => {
    const grid = document.querySelector(`[data-part='${part}']`);
    const seen = new Set(), took = [];
    let most = 0;
    const frame = () => new Promise(requestAnimationFrame);
    for (let top = 0; ; top += step) {
        const begun = performance.now();
        grid.scrollTop = top;
        grid.dispatchEvent(new Event('scroll'));
        took.push(performance.now() - begun);
        await frame();
        const rows = grid.querySelectorAll("[data-part='match']");
        most = Math.max(most, rows.length);
        const { top: upper, bottom: lower } = grid.getBoundingClientRect();
        for (const row of rows) {
            const box = row.getBoundingClientRect();
            if (box.bottom > upper && box.top < lower && row.querySelector("[data-part='match-word']")) {
                seen.add(Number(row.dataset.row));
            }
        }
        if (top >= grid.scrollHeight - grid.clientHeight) break;
    }
    return { seen: [...seen].sort((a, b) => a - b), took: took.sort((a, b) => a - b), most };
}"""


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    explorer = notebook.explorer()
    notebook.run("explorer.selection = (166, 169)")
    expect(explorer).to_have_attribute("data-candidates", re.compile(r"[1-9]"))  # 0 until something is selected
    return explorer


def ranking(**options):
    return plain.rank_matches(STATES, CELLS, THRESHOLD, min_length=2, sequences=SEQUENCES, **options)


def listed(explorer, count):
    expect(part(explorer, "matches")).to_have_attribute("aria-rowcount", str(count + 1))


def opened(explorer, menu):
    part(explorer, menu).locator("summary").click()


class TestWhatIsListed:
    def test_more_matches_are_asked_for_at_the_end_of_the_list_and_in_its_menu(self, notebook, explorer):
        everything = len(ranking(k=10**6).rows)
        assert everything > 100
        listed(explorer, 50)
        part(explorer, "more-matches").click()
        assert notebook.value("[explorer.k, len(explorer.matches)]") == [100, 100]
        listed(explorer, 100)
        opened(explorer, "match-options")
        field = part(explorer, "k")
        field.fill("20,000")
        field.press("Enter")
        assert notebook.value("[explorer.k, len(explorer.matches)]") == [20_000, everything]
        listed(explorer, everything)
        expect(part(explorer, "more-matches")).to_be_hidden()
        field.fill("none")
        field.press("Enter")
        expect(part(explorer, "error")).to_contain_text("none")
        assert notebook.value("explorer.k") == 20_000

    def test_rows_come_and_go_as_one_scrolls_and_none_is_lost(self, notebook, explorer):
        notebook.run("explorer.k = 1000; explorer.min_length = 1")
        rows = plain.rank_matches(STATES, CELLS, THRESHOLD, min_length=1, sequences=SEQUENCES, k=1000).rows
        listed(explorer, len(rows))
        scrolled = explorer.page.evaluate(SCROLL_THROUGH, {"part": "matches", "step": 250})
        assert scrolled["seen"] == list(range(len(rows)))
        assert scrolled["most"] < 60

    def test_keys_go_through_the_rows_and_the_tab_key_comes_back_to_the_same_one(self, notebook, explorer):
        keyboard = explorer.page.keyboard
        match_row(explorer, 0).focus()
        for _ in range(KEYS_DOWN):
            keyboard.press("ArrowDown")
        here = explorer.locator("[data-part='match']:focus")
        expect(here).to_have_attribute("aria-rowindex", str(KEYS_DOWN + 2))
        keyboard.press("ArrowUp")
        keyboard.press("PageDown")
        expect(here).to_have_attribute("aria-rowindex", re.compile(r"4\d"))
        keyboard.press("PageUp")
        expect(here).to_have_attribute("aria-rowindex", str(KEYS_DOWN - 1 + 2))
        keyboard.press("End")
        expect(here).to_have_attribute("aria-rowindex", "51")
        expect(here).to_be_in_viewport()
        part(explorer, "matches").evaluate("grid => { grid.scrollTop = 0; }")
        expect(here).to_have_attribute("aria-rowindex", "51")
        keyboard.press("Home")
        expect(here).to_have_attribute("aria-rowindex", "2")
        keyboard.press("Enter")
        start = notebook.value("int(explorer.matches.start[0])")
        expect(word(explorer, start)).to_be_visible()
        assert notebook.value("explorer.selection") == list(SELECTION)

    @pytest.mark.parametrize("gesture", ["button", "double click", "s", "Shift+Enter"])
    def test_a_match_is_made_the_selection(self, notebook, explorer, gesture):
        start, stop, *_ = ranking().rows[20]
        row = match_row(explorer, 20)
        if gesture == "button":
            row.hover()
            row.locator("[data-part='match-select']").click()
        elif gesture == "double click":
            row.locator("[data-part='match-word']").first.dblclick()
        else:
            row.focus()
            row.press(gesture)
        assert notebook.value("explorer.selection") == [start, stop]
        shows(explorer, selection=(start, stop))
        expect(word(explorer, start)).to_be_visible()

    def test_words_of_context_come_and_go(self, notebook, explorer):
        before = notebook.value("id(explorer.matches)")
        opened(explorer, "match-options")
        for _ in range(2):
            part(explorer, "context-more").click()
        expect(part(explorer, "context-width")).to_have_text("8")
        assert notebook.value("[explorer.context_width, id(explorer.matches)]") == [8, before]
        for place, (start, stop, *_) in list(enumerate(ranking().rows))[:3]:
            first, end = start - start % 25, start - start % 25 + 25
            steps = range(max(first, start - 8), min(end, stop + 8))
            expect(match_row(explorer, place).locator("[data-part='match-word']")).to_have_text(
                [WORDS[step] for step in steps]
            )
        notebook.run("explorer.context_width = 0")
        start, stop, *_ = ranking().rows[0]
        expect(match_row(explorer, 0).locator("[data-part='match-word']")).to_have_text(WORDS[start:stop])


class TestLengths:
    def test_there_is_a_bar_for_each_length_that_says_its_counts(self, explorer):
        expected = ranking()
        bars = [
            f"length {length}: {count:,} candidate{'' if count == 1 else 's'}, "
            f"{expected.full_overlap_length_histogram[length]} with all {len(CELLS)} cells"
            for length, count in enumerate(expected.length_histogram)
            if count
        ]
        shown = part(explorer, "length-bar")
        expect(shown).to_have_count(len(bars))
        assert [bar.get_attribute("aria-label") for bar in shown.all()] == bars
        shown.nth(1).hover()
        expect(part(explorer, "length-hint")).to_have_text(bars[1])

    def test_a_click_keeps_one_length_and_another_click_all(self, notebook, explorer):
        bar = explorer.locator("[data-part='length-bar'][data-length='3']")
        bar.click()
        assert notebook.value("explorer.length_filter") == 3
        rows = ranking(length_filter=3).rows
        assert notebook.value("explorer.matches.start") == [start for start, *_ in rows]
        listed(explorer, len(rows))
        counts = ranking().length_histogram
        assert len(rows) == counts[3] < sum(counts)
        expect(part(explorer, "match-summary").locator("strong")).to_have_text(f"{counts[3]} matches")
        expect(part(explorer, "match-summary")).to_contain_text("length 3 only")
        expect(bar).to_have_attribute("aria-pressed", "true")
        expect(part(explorer, "length-bar")).to_have_count(sum(count > 0 for count in ranking().length_histogram))
        bar.click()
        assert notebook.value("explorer.length_filter") is None
        bar.click()
        part(explorer, "clear-length").click()
        assert notebook.value("explorer.length_filter") is None
        assert notebook.value("explorer.matches.start") == [start for start, *_ in ranking().rows]

    def test_keys_go_from_bar_to_bar(self, notebook, explorer):
        keyboard = explorer.page.keyboard
        bars = part(explorer, "length-bar")
        stop = explorer.locator("[data-part='length-bar'][tabindex='0']")
        expect(stop).to_have_count(1)
        stop.focus()
        keyboard.press("ArrowRight")
        expect(bars.nth(1)).to_be_focused()
        expect(part(explorer, "length-hint")).to_contain_text("length 3")
        keyboard.press("Enter")
        shows(explorer, length_filter=3)
        keyboard.press("End")
        expect(bars.last).to_be_focused()
        assert notebook.value("explorer.length_filter") == 3  # running a cell takes the focus

    def test_a_length_is_typed_and_one_without_a_match_is_said_to_have_none(self, notebook, explorer):
        opened(explorer, "match-options")
        field = part(explorer, "length-field")
        field.fill("99")
        field.press("Enter")
        assert notebook.value("[explorer.length_filter, len(explorer.matches)]") == [99, 0]
        expect(explorer.locator(".lv-empty")).to_have_text("No stretch of this length matches.")
        part(explorer, "clear-length").click()
        listed(explorer, 50)


class TestFolding:
    def test_overlapping_matches_are_folded_into_the_best_as_python_folds_them(self, notebook, explorer):
        notebook.run("explorer.k = 200")
        rows = ranking(k=200).rows
        into = oracle.folded_into([(start, stop) for start, stop, *_ in rows])
        kept = [row for row in range(len(rows)) if into[row] == row]
        listed(explorer, len(rows))
        opened(explorer, "match-options")
        part(explorer, "fold-matches").check()
        listed(explorer, len(kept))
        expect(part(explorer, "match-summary")).to_contain_text(f"{len(rows) - len(kept)} overlapping ones folded")
        assert notebook.value("[explorer.fold_matches, len(explorer.matches)]") == [True, len(rows)]
        assert notebook.value("explorer.matches.folded().start") == [rows[row][0] for row in kept]
        for place, row in enumerate(kept):
            shown = match_row(explorer, place)
            expect(shown).to_have_attribute("data-row", str(row))
            others = into.count(row) - 1
            expect(shown.locator("[data-part='folded']")).to_have_text(f"+{others}" if others else "")
        part(explorer, "fold-matches").uncheck()
        listed(explorer, len(rows))


class TestCopying:
    @pytest.fixture(autouse=True)
    def allowed(self, explorer):
        explorer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copied(self, explorer, what):
        opened(explorer, "copy-menu")
        part(explorer, what).click()
        expect(part(explorer, "copy-menu").locator("summary")).to_have_text("✓ copied")
        return explorer.page.evaluate("() => navigator.clipboard.readText()")

    def test_as_csv_the_rows_are_those_of_python(self, explorer):
        rows = list(csv.reader(io.StringIO(self.copied(explorer, "copy-csv"), newline="")))
        assert rows[0] == ["rank", "start", "stop", "length", "overlap", "union", "words"]
        assert rows[1:] == [
            [*map(str, (rank, start, stop, length, overlap, union)), " ".join(WORDS[start:stop])]
            for rank, (start, stop, length, overlap, union) in enumerate(ranking().rows, 1)
        ]

    def test_as_text_the_matches_stand_in_brackets_one_below_the_other(self, notebook, explorer):
        notebook.run("explorer.fold_matches = True")
        kept = notebook.value("explorer.matches.folded().start")
        listed(explorer, len(kept))
        head, *lines = self.copied(explorer, "copy-text").splitlines()
        assert head.split() == ["#", "step", "overlap", "extra", "length"]
        assert len(lines) == len(kept)
        assert len({line.index("[") for line in lines}) == 1
        start, stop, *_ = ranking().rows[0]
        assert f"[{' '.join(WORDS[start:stop])}]" in lines[0]

    def test_where_it_is_refused_the_text_is_shown_to_be_copied_by_hand(self, explorer):
        opened(explorer, "copy-menu")
        with copying_refused(explorer.page):
            part(explorer, "copy-csv").click()
            field = part(explorer, "copy-field")
            expect(field).to_be_focused()
        assert field.input_value().startswith("rank,start,stop")


class TestFinding:
    def test_hits_are_listed_in_context_and_gone_to_with_the_selection_kept(self, notebook, explorer):
        field, hits = part(explorer, "find"), part(explorer, "hit")
        field.fill("/w1\\d\\b/")
        field.press("Enter")
        expect(part(explorer, "find-count")).to_have_text("1 / 10")
        expect(part(explorer, "find-list")).to_be_hidden()
        field.press("ArrowDown")
        expect(hits).to_have_count(10)
        expect(hits.nth(2)).to_have_text(re.compile(r"12.*w10 w11.*w12.*w13 w14"))
        for _ in range(3):
            field.press("ArrowDown")
        expect(hits.nth(3)).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", hits.nth(3).get_attribute("id"))
        field.press("Enter")
        expect(part(explorer, "find-count")).to_have_text("4 / 10")
        hits.nth(6).click()
        expect(part(explorer, "find-count")).to_have_text("7 / 10")
        expect(part(explorer, "found-all").locator("div")).to_have_count(10)
        field.press("Escape")
        expect(part(explorer, "find-list")).to_be_hidden()
        assert notebook.value("[explorer.find_text, explorer.selection]") == ["/w1\\d\\b/", list(SELECTION)]
        # What is for the page alone may come later than a cell that is run at once.
        wait_until(lambda: notebook.value("explorer._find_hit") == 6, "the hit that was clicked")
        part(explorer, "find-open").click()
        expect(part(explorer, "find-list")).to_be_visible()

    def test_the_list_goes_on_beyond_the_hits_that_were_sent(self, notebook, explorer):
        field, hits = part(explorer, "find"), part(explorer, "hit")
        field.fill("/w\\d+/")
        field.press("Enter")
        expect(part(explorer, "find-count")).to_have_text("1 / 300")
        field.press("ArrowDown")
        expect(hits).to_have_count(200)
        expect(part(explorer, "find-list")).to_contain_text("100 hits after these")
        hits.last.click()
        expect(part(explorer, "find-count")).to_have_text("200 / 300")
        expect(part(explorer, "find-list")).to_contain_text("99 hits before these")
        expect(word(explorer, 199)).to_be_visible()
        assert notebook.value("explorer.selection") == list(SELECTION)


def test_a_thousand_rows_scroll_within_a_frame_each(notebook):
    notebook.run(
        "import numpy as np\nfrom lstmvis_widget import StateExplorer\n"
        "noise = np.random.default_rng(1).standard_normal((20_000, 30))\n"
        "states = np.zeros_like(noise)\n"
        "for step in range(1, 20_000): states[step] = 0.9 * states[step - 1] + 0.4 * noise[step]\n"
        "pos = [('NOUN', 'VERB', 'DET')[step % 3] for step in range(20_000)]\n"
        "explorer = StateExplorer(np.tanh(states), [f'w{step}' for step in range(20_000)], {'pos': pos},\n"
        "    threshold=0.3, selection=(100, 104), k=20_000, match_tracks=['pos'])\nexplorer"
    )
    explorer = notebook.explorer()
    shows(explorer, matches=notebook.value("len(explorer.matches)"))
    notebook.run("explorer.k = 1000")
    listed(explorer, 1000)
    scrolled = explorer.page.evaluate(SCROLL_THROUGH, {"part": "matches", "step": 120})
    assert scrolled["seen"] == list(range(1000))
    middle = scrolled["took"][len(scrolled["took"]) // 2]
    assert middle <= FRAME_MS, f"half of the frames took longer than {middle:.1f} ms of script"


def test_after_new_results_no_word_but_those_of_the_hovered_step_is_marked(notebook, explorer):
    notebook.run("explorer.position = 160")
    shows(explorer, position=160)
    part(explorer, "threshold").focus()  # what scrolls, scrolls now
    word(explorer, 168).hover()
    marked = part(explorer, "matches").locator("[data-part='match-word'].lv-hovered")
    expect(marked.first).to_have_attribute("data-step", "168")
    seen = []
    for i in range(1, 6):
        # With the keyboard, so that the pointer stays where it is.
        for _ in range(5):
            explorer.page.keyboard.press("ArrowDown")
        shows(explorer, threshold=f"{THRESHOLD - i * 0.05:.2f}".rstrip("0"), progress="")
        # In one call: between finding words and reading them, rows may be drawn.
        seen += part(explorer, "matches").evaluate(
            "list => [...list.querySelectorAll('.lv-match-word.lv-hovered')].map(word => word.dataset.step)"
        )
    assert set(seen) == {"168"}
