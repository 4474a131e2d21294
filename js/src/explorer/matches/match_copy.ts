import { copyText } from "../../shared/clipboard";
import { all, create, listen, setText } from "../../shared/dom";
import { closeMenu } from "../../shared/menu";
import { plural } from "../../shared/text";
import type { MatchList } from "./match_list";
import { matchesAsCsv, matchesAsText } from "./match_text";

const LABEL = "copy ▾";
const CONFIRMED_MS = 2000;

/** A menu that copies the listed matches. If copying is not allowed, it shows the text, to be copied by hand. */
export function mountMatchCopy(list: MatchList) {
  const summary = create("summary", "lv-button lv-copy-matches", { title: "copy the matches listed" }, LABEL);
  const text = copyButton("copy-text", "as text", "aligned columns, the match in [brackets]");
  const csv = copyButton("copy-csv", "as CSV", "rank, start, stop, length, overlap, union, words");
  const status = create("span", "lv-unseen", { role: "status" });
  const field = create("textarea", "lv-field lv-copy-field", {
    "data-part": "copy-field",
    readonly: "",
    "aria-label": "the matches listed, to be copied by hand",
  });
  field.hidden = true;
  const sheet = create("div", "lv-menu-list", {}, text, csv, field);
  const element = create("details", "lv-menu", { "data-part": "copy-menu" }, summary, sheet, status);
  let restore = 0;
  const confirm = (count: number) => {
    element.open = false;
    summary.focus();
    setText(summary, "✓ copied");
    setText(status, `${plural(count, "row")} of matches on the clipboard.`);
    clearTimeout(restore);
    restore = setTimeout(() => {
      setText(summary, LABEL);
      setText(status, "");
    }, CONFIRMED_MS);
  };
  const copy = (written: typeof matchesAsText) => async () => {
    const rows = list.ranks.peek().map((_, place) => list.row(place));
    const made = written(rows);
    field.hidden = true;
    if (await copyText(made, element)) {
      confirm(rows.length);
      return;
    }
    field.value = made;
    field.hidden = false;
    field.focus();
    field.select();
  };
  const dispose = all(
    listen(text, "click", copy(matchesAsText)),
    listen(csv, "click", copy(matchesAsCsv)),
    listen(element, "toggle", () => {
      field.hidden = true;
    }),
    closeMenu(element, summary),
    () => clearTimeout(restore),
  );
  return { element, dispose };
}

function copyButton(part: string, text: string, title: string): HTMLButtonElement {
  return create("button", "lv-menu-item lv-menu-button", { "data-part": part, type: "button", title }, text);
}
