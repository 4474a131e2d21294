import { classColor } from "../../shared/classes";
import { create, setAttribute, setText } from "../../shared/dom";
import { needsPython } from "../../shared/needs_python";
import { formatCount, formatValue, visibleToken } from "../../shared/text";
import type { Colors } from "../../shared/theme";
import { sequenceNumber } from "../sequence_number";
import type { Column } from "./columns";
import type { SequenceTable } from "./sequences";

/** What rows are drawn with. */
export interface RowLook {
  columns: readonly Column[];
  table: SequenceTable;
  matches: Int32Array | null;
  className: (place: number) => string;
  colors: Colors;
  /** The current sequence, and those that are pinned. */
  current: number;
  pinned: ReadonlySet<number>;
}

export const PIN = "sequence-pin";

/** An empty row, with a button that pins its sequence. */
export function makeRow(): HTMLElement {
  const pin = needsPython(
    create("button", "lvs-pin", { "data-part": PIN, type: "button", tabindex: "-1" }),
    "disabled",
  );
  return create(
    "div",
    "lvs-sequence-row",
    { "data-part": "sequence", role: "row" },
    create("div", "lvs-marks", { role: "gridcell" }, pin),
  );
}

/** Which columns a row was made for. */
const madeFor = new WeakMap<HTMLElement, readonly Column[]>();

/** Show a sequence in a row. */
export function drawRow(row: HTMLElement, number: number, look: RowLook): void {
  if (madeFor.get(row) !== look.columns) {
    const [marks] = row.children;
    row.replaceChildren(marks as Element, ...look.columns.map(makeCell));
    madeFor.set(row, look.columns);
  }
  const isPinned = look.pinned.has(number);
  row.dataset.sequence = String(number);
  setAttribute(row, "aria-selected", String(number === look.current));
  row.classList.toggle("lvs-pinned", isPinned);
  const pin = row.firstElementChild?.firstElementChild as HTMLElement;
  const title = isPinned ? "take its trajectory off the map (p)" : "keep its trajectory on the map (p)";
  setAttribute(pin, "aria-pressed", String(isPinned));
  setAttribute(pin, "aria-label", `sequence ${sequenceNumber(number)}: ${title}`);
  setAttribute(pin, "title", title);
  look.columns.forEach((column, i) => {
    drawCell(row.children[i + 1] as HTMLElement, column, number, look);
  });
}

function makeCell({ key }: Column): HTMLElement {
  const cell = create("div", `lvs-cell lvs-cell-${key}`, { role: "gridcell" });
  if (key === "target" || key === "prediction") {
    cell.append(create("span", "lvs-dot"), create("span", "lv-unseen"));
  }
  if (key === "text") cell.dir = "auto";
  return cell;
}

function drawCell(cell: HTMLElement, { key }: Column, number: number, look: RowLook): void {
  if (key === "target" || key === "prediction") {
    const place = look.table[key]?.[number] ?? -1;
    const name = place < 0 ? "not known" : visibleToken(look.className(place));
    const [dot, text] = cell.children as unknown as [HTMLElement, HTMLElement];
    dot.classList.toggle("lvs-dot-none", place < 0);
    dot.style.setProperty("--class", place < 0 ? "" : classColor(place, look.colors));
    setAttribute(cell, "title", name);
    setText(text, name);
    return;
  }
  setText(cell, textOf(key, number, look));
  if (key === "correct") {
    const isRight = isCorrect(look.table, number);
    cell.classList.toggle("lvs-is-wrong", isRight === false);
    setAttribute(cell, "aria-label", isRight === null ? "not known" : isRight ? "right" : "wrong");
  }
}

/** Whether the class that was said is the true one; null: that isn't known. */
export function isCorrect({ target, prediction }: SequenceTable, number: number): boolean | null {
  const is = target?.[number] ?? -1;
  const said = prediction?.[number] ?? -1;
  return is < 0 || said < 0 ? null : is === said;
}

/** The text of a cell; "" for what isn't known. */
export function textOf(
  key: Column["key"],
  number: number,
  { table, matches }: Pick<RowLook, "table" | "matches">,
): string {
  const start = table.bounds[number] ?? 0;
  switch (key) {
    case "number":
      return sequenceNumber(number);
    case "length":
      return formatCount((table.bounds[number + 1] ?? 0) - start);
    case "correct":
      return { true: "✓", false: "✗", null: "" }[`${isCorrect(table, number)}`];
    case "confidence":
      return known(table.confidence?.[number]);
    case "settled":
      return table.settled ? formatCount((table.settled[number] ?? 0) - start) : "";
    case "changes":
      return table.changes ? formatCount(table.changes[number] ?? 0) : "";
    case "jump":
      return known(table.largestJump?.[number]);
    case "matches":
      return matches?.[number] ? formatCount(matches[number]) : "";
    default:
      return visibleToken(table.texts[number] ?? "");
  }
}

function known(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : formatValue(value);
}
