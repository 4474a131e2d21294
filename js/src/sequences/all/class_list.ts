import type { Signal } from "@preact/signals-core";
import { classColor } from "../../shared/classes";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { needsPython } from "../../shared/needs_python";
import { plural, visibleToken } from "../../shared/text";
import { createVirtualRows, placeOf, rowAfter } from "../../shared/virtual_rows";
import type { Model } from "../model";
import type { Filters } from "../traits";
import type { ViewState } from "../view_state";
import type { ClassCount } from "./confusion";
import type { Counts } from "./counts";
import { isCell, isOutcome, namesIn, toggleCell, toggleClasses, toggleOutcome } from "./filters";
import { shortCount } from "./matrix_widths";

const ROW_HEIGHT = 22;
/** So many rows are in sight. */
const MOST_ROWS = 9;

/**
 * A row for each class, that of the most sequences first: how often it was predicted rightly and wrongly, and what was
 * said instead most often; without true classes how often it was said.
 */
export function mountClassList(counts: Counts, readout: Signal<string>, model: Model, view: ViewState) {
  const body = create("div", "lvs-class-body", { role: "rowgroup" });
  const element = create(
    "div",
    "lvs-classes",
    { "data-part": "classes", role: "grid", "aria-label": "sequences by class" },
    body,
  );
  const shown = (row: HTMLElement) => counts.classes.peek()[placeOf(row)];
  const rows = createVirtualRows({
    scroller: element,
    body,
    height: ROW_HEIGHT,
    make: makeRow,
    draw(row, place) {
      const count = counts.classes.value[place];
      if (count) drawRow(row, count, counts, model, view);
    },
    forget: () => undefined,
  });
  const toggle = (target: Element) => {
    const row = rowOf(target);
    const count = row && shown(row);
    if (!row || !count) return;
    const part = target.closest<HTMLElement>("[data-toggle]")?.dataset.toggle ?? "class";
    model.set("filters", toggled(model.filters.peek(), part, count, counts));
  };
  const point = (target: EventTarget | null) => {
    const row = rowOf(target);
    const count = row ? shown(row) : undefined;
    view.hoveredClass.value = count?.place ?? null;
    readout.value = count ? describe(count, view.className.peek(), counts.accuracy.peek() !== null) : "";
  };
  const dispose = all(
    drawLater(() => {
      model.filters.value;
      view.colors.value;
      counts.names.value;
      counts.accuracy.value;
      const { length } = counts.classes.value;
      element.style.height = `${Math.min(length, MOST_ROWS) * ROW_HEIGHT}px`;
      return rows.redraw(length);
    }),
    drawOnFrame(() => {
      const hovered = String(view.hoveredClass.value);
      for (const row of body.children) {
        row.classList.toggle("lv-hovered", (row as HTMLElement).dataset.place === hovered);
      }
    }),
    listen(body, "click", (event) => {
      const row = rowOf(event.target);
      if (row) rows.choose(placeOf(row));
      toggle(event.target as Element);
    }),
    listen(body, "keydown", (event) => {
      const row = rowOf(event.target);
      if (!row || hasModifier(event)) return;
      const to = rowAfter(event.key, placeOf(row), rows);
      if (to !== null) rows.focus(to);
      else if (event.key === "ArrowRight" || event.key === "ArrowLeft") moveWithin(row, event);
      else if (event.target === row && (event.key === "Enter" || event.key === " ")) toggle(row);
      else return;
      event.preventDefault();
    }),
    listen(body, "pointerover", (event) => point(event.target)),
    listen(body, "pointerleave", () => point(null)),
    listen(body, "focusin", (event) => point(event.target)),
    listen(body, "focusout", () => point(null)),
    rows.dispose,
  );
  return { element, dispose };
}

function makeRow(): HTMLElement {
  const button = (className: string, toggle: string) =>
    needsPython(
      create("button", className, {
        ...{ type: "button", tabindex: "-1", "data-part": `class-${toggle}`, "data-toggle": toggle },
      }),
    );
  const cell = (className: string, ...children: HTMLElement[]) =>
    create("div", className, { role: "gridcell" }, ...children);
  return create(
    "div",
    "lvs-counted-class",
    { role: "row", "data-part": "class" },
    cell(
      "lvs-counted-class-name",
      create("span", "lvs-dot"),
      create("span", "lvs-class-label", { dir: "auto" }),
    ),
    cell("lvs-class-bar", button("lvs-bar lvs-bar-right", "right"), button("lvs-bar lvs-bar-wrong", "wrong")),
    cell("lvs-class-numbers"),
    cell("lvs-class-mistake", button("lvs-mistake", "mistake")),
  );
}

function drawRow(row: HTMLElement, count: ClassCount, counts: Counts, model: Model, view: ViewState): void {
  const { place, right, wrong, said, mistake } = count;
  const hasTargets = counts.accuracy.peek() !== null;
  const name = visibleToken(view.className.peek()(place));
  const names = counts.names.peek()([place]);
  const filters = model.filters.peek();
  const colors = view.colors.peek();
  const [first] = counts.classes.peek();
  const most = Math.max(1, first ? first.right + first.wrong || first.said : 1);
  const find = (selector: string) => row.querySelector(selector) as HTMLElement;
  row.dataset.place = String(place);
  row.style.setProperty("--class", classColor(place, colors));
  setAttribute(
    row,
    "aria-selected",
    String(namesIn(filters, hasTargets ? "target" : "prediction").includes(names[0] ?? "\0")),
  );
  setText(find(".lvs-class-label"), name);
  setAttribute(row, "title", name);
  const bars = { right: hasTargets ? right : said, wrong: hasTargets ? wrong : 0 };
  for (const part of ["right", "wrong"] as const) {
    const bar = find(`.lvs-bar-${part}`);
    bar.style.setProperty("--share", String(bars[part] / most));
    bar.hidden = bars[part] === 0;
    const what = hasTargets ? `true ${name}, ${part}` : `said ${name}`;
    setAttribute(bar, "aria-label", `${what}: ${plural(bars[part], "sequence")}`);
    setAttribute(bar, "aria-pressed", String(isOutcome(filters, names, part === "right")));
  }
  setText(
    find(".lvs-class-numbers"),
    hasTargets ? `${shortCount(right)} ✓ ${shortCount(wrong)} ✗` : shortCount(said),
  );
  const button = find(".lvs-mistake");
  button.hidden = mistake === null;
  if (!mistake) return;
  const other = visibleToken(view.className.peek()(mistake.place));
  button.style.setProperty("--class", classColor(mistake.place, colors));
  if (button.childElementCount === 0) button.append("→ ", create("span", "lvs-dot"), create("span"));
  setText(button.lastElementChild as Element, shortCount(mistake.count));
  const text = `said ${other} instead: ${plural(mistake.count, "sequence")}`;
  setAttribute(button, "title", text);
  setAttribute(button, "aria-label", text);
  setAttribute(button, "aria-pressed", String(isCell(filters, names, counts.names.peek()([mistake.place]))));
}

function toggled(filters: Filters, part: string, count: ClassCount, counts: Counts): Filters {
  const names = counts.names.peek()([count.place]);
  const hasTargets = counts.accuracy.peek() !== null;
  if (names.length === 0) return filters;
  if (part === "mistake" && count.mistake) {
    return toggleCell(filters, names, counts.names.peek()([count.mistake.place]));
  }
  if (hasTargets && (part === "right" || part === "wrong")) {
    return toggleOutcome(filters, names, part === "right");
  }
  return toggleClasses(filters, hasTargets ? "target" : "prediction", names);
}

/** "1890–1924: 58 right, 25 wrong, said 74 times; 14 times 1845–1889 was said instead". */
export function describe(
  { place, right, wrong, said, mistake }: ClassCount,
  className: (place: number) => string,
  hasTargets: boolean,
): string {
  const name = visibleToken(className(place));
  if (!hasTargets) return `said ${name}: ${plural(said, "sequence")}`;
  const text = `${name}: ${shortCount(right)} right, ${shortCount(wrong)} wrong, said ${plural(said, "time")}`;
  if (!mistake) return text;
  return `${text}; ${plural(mistake.count, "time")} ${visibleToken(className(mistake.place))} was said instead`;
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element | null)?.closest<HTMLElement>('[data-part="class"]') ?? null;
}

/** Go to the next or previous part of a row; the row itself comes first. */
function moveWithin(row: HTMLElement, event: KeyboardEvent): void {
  const parts = [row, ...row.querySelectorAll<HTMLElement>("button:not([hidden], :disabled)")];
  const at = parts.indexOf(event.target as HTMLElement);
  parts[at + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
}
