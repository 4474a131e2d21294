import type { ReadonlySignal } from "@preact/signals-core";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { shareTabStop } from "../../shared/tab_stop";
import { visibleToken } from "../../shared/text";
import { cellName } from "../cells/cell_name";
import { pointAtChips } from "../cells/chips";
import { formatP } from "../matches/label_counts";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import {
  type CellApart,
  type Contrast,
  captionOf,
  cellText,
  emptyText,
  formatDifference,
  formatEnds,
  intervalOnScale,
  type PhraseSet,
} from "./contrast";
import { toggleTaken } from "./taking";

interface Shared {
  model: Model;
  view: ViewState;
  shown: ReadonlySignal<readonly (PhraseSet | null)[]>;
  contrast: ReadonlySignal<Contrast | null>;
  cells: ReadonlySignal<readonly CellApart[]>;
}

/** The cells that tell two sets apart, a row each: the shares of both sets as dots on one scale, and the difference. */
export function mountCellsApart({ model, view, shown, contrast, cells }: Shared) {
  const head = headOf();
  const body = create("tbody", "", { "data-part": "cells-apart" });
  const table = create("table", "", {}, head.element, body);
  const scroll = create("div", "lv-apart-rows", {}, table);
  const note = create("p", "lv-aside lv-apart-note", { "data-part": "contrast-note", role: "status" });
  const error = create("p", "lv-error lv-apart-note", { "data-part": "contrast-error" });
  const element = create("div", "lv-apart", {}, scroll, error, note);
  const setOf = (cell: number) => {
    const row = cells.peek().find((each) => each.cell === cell);
    return shown.peek()[row && row.difference < 0 ? 1 : 0];
  };
  const dispose = all(
    drawLater(() => {
      const sent = contrast.value;
      const rows = cells.value;
      element.setAttribute("aria-busy", String(sent === null && model.live.value));
      // The old rows stay until the new ones have come.
      if (sent === null && model.live.value && body.childElementCount > 0) return undefined;
      setText(error, sent?.error ?? "");
      error.hidden = error.textContent === "";
      scroll.hidden = rows.length === 0;
      setText(
        note,
        emptyText(sent, rows.length, model.live.value) ||
          (sent && rows.length > 0 ? captionOf(sent, rows.length) : ""),
      );
      const names = sent?.names ?? (["", ""] as const);
      head.draw(names, Array.isArray(sent?.p));
      drawRows(body, rows, names, model);
      return undefined;
    }),
    drawLater(() => {
      contrast.value;
      const selected = new Set(model.selected_cells.value);
      for (const row of body.children as unknown as Iterable<HTMLElement>) {
        const cell = Number(row.dataset.chip);
        const button = row.querySelector("button") as HTMLElement;
        const isIn = selected.has(cell);
        row.classList.toggle("lv-taken", isIn);
        setAttribute(button, "aria-pressed", String(isIn));
        const name = cellName(model, cell);
        setAttribute(button, "title", isIn ? `leave cell ${name} out` : `take cell ${name}`);
      }
      return undefined;
    }),
    drawOnFrame(() => {
      contrast.value;
      const hovered = String(view.hoveredCell.value);
      for (const row of body.children as unknown as Iterable<HTMLElement>) {
        row.classList.toggle("lv-hovered", row.dataset.chip === hovered);
        row.querySelector(".lv-chip")?.classList.toggle("lv-hovered", row.dataset.chip === hovered);
      }
    }),
    shareTabStop(body, ".lv-chip-number"),
    pointAtChips(body, view),
    listen(body, "click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-cell]");
      if (button && model.live.peek()) {
        const cell = Number(button.dataset.cell);
        toggleTaken(model, view, cell, setOf(cell));
      }
    }),
  );
  return { element, dispose };
}

function headOf() {
  const cell = (className: string, ...children: (Node | string)[]) =>
    create("th", className, { scope: "col" }, ...children);
  const share = (which: string) => {
    const name = create("span", "lv-unseen");
    const mark = create("span", `lv-dot lv-dot-${which}`, { "aria-hidden": "true" });
    return { head: cell("lv-share", mark, name), name };
  };
  const [one, other] = [share("one"), share("other")];
  const ticks = ["0", "0.5", "1"].map((text) => create("span", "lv-tick", {}, text));
  const scale = create("span", "lv-scale", { "aria-hidden": "true" }, ...ticks);
  const chance = cell("lv-p", "p");
  chance.title = "how often any cell differs as much when the sets are dealt to the phrases anew";
  const difference = cell("lv-difference", "difference");
  const interval = cell("lv-ends", "95 %");
  const plot = cell("lv-dots", scale);
  const element = create(
    "thead",
    "",
    {},
    create("tr", "", {}, cell("", "cell"), one.head, other.head, plot, difference, interval, chance),
  );
  const draw = (names: readonly [string, string], withChance: boolean) => {
    [one, other].forEach(({ head, name }, i) => {
      const text = `share of ${visibleToken(names[i] ?? "")}`;
      setText(name, text);
      setAttribute(head, "title", text);
    });
    element.parentElement?.classList.toggle("lv-with-p", withChance);
  };
  return { element, draw };
}

function drawRows(
  body: HTMLElement,
  rows: readonly CellApart[],
  names: readonly [string, string],
  model: Model,
): void {
  pool(body, rows.length, createRow).forEach((element, i) => {
    const row = rows[i] as CellApart;
    const [number, one, other, plot, difference, ends, chance] = element.children as unknown as [
      ...Record<0 | 1 | 2 | 3 | 4 | 5, HTMLElement>[],
    ] as unknown as HTMLElement[];
    const button = number?.querySelector("button") as HTMLElement;
    const text = cellName(model, row.cell);
    element.dataset.chip = String(row.cell);
    button.dataset.cell = String(row.cell);
    setText(button, text);
    setAttribute(button, "aria-label", `cell ${text}: ${cellText(row, names)}`);
    setAttribute(element, "title", cellText(row, names));
    setText(one as Element, row.one.toFixed(2));
    setText(other as Element, row.other.toFixed(2));
    setText(difference as Element, formatDifference(row.difference));
    setText(ends as Element, formatEnds(row.interval));
    setText(chance as Element, formatP(row.pMax));
    const dots = plot?.firstElementChild as HTMLElement;
    const [low, high] = intervalOnScale(row);
    const places = { one: row.one, other: row.other, low, high };
    for (const [name, at] of Object.entries(places)) dots.style.setProperty(`--${name}`, at.toFixed(4));
    dots.style.setProperty("--least", Math.min(row.one, row.other).toFixed(4));
    dots.style.setProperty("--most", Math.max(row.one, row.other).toFixed(4));
  });
}

function createRow(): HTMLElement {
  const number = needsPython(
    create("button", "lv-chip-number", { "data-part": "cell-apart", type: "button" }),
    "unavailable",
  );
  const parts = ["lv-between", "lv-whisker", "lv-dot lv-dot-other", "lv-dot lv-dot-one"];
  const dots = create(
    "span",
    "lv-scale",
    { "aria-hidden": "true" },
    ...parts.map((name) => create("span", name)),
  );
  return create(
    "tr",
    "",
    { "data-part": "cell-apart-row" },
    create("th", "", { scope: "row" }, create("div", "lv-chip", {}, number)),
    create("td", "lv-share"),
    create("td", "lv-share"),
    create("td", "lv-dots", {}, dots),
    create("td", "lv-difference"),
    create("td", "lv-ends"),
    create("td", "lv-p"),
  );
}
