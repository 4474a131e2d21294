import { effect, signal } from "@preact/signals-core";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount, plural } from "../../shared/text";
import type { Model } from "../model";
import { type FindHits, isCurrent, lineMove } from "./hits";

let lists = 0;

interface FindList {
  field: HTMLInputElement;
  /** Opens and closes the list. */
  button: HTMLElement;
  go: (hit: number) => void;
  selectAll: () => void;
}

/**
 * Below the field, a list of the hits with the words around them. The field keeps the focus while keys go through the
 * list.
 */
export function mountFindList({ field, button, go, selectAll }: FindList, model: Model) {
  const id = `lstmvis-hits-${lists++}`;
  const before = create("div", "lv-hits-left-out");
  const list = create("div", "lv-hits", { role: "listbox", id, "aria-label": "hits", "data-part": "hits" });
  const after = create("div", "lv-hits-left-out");
  const every = create("button", "lv-link lv-select-hits", {
    "data-part": "select-hits",
    type: "button",
    tabindex: "-1",
    title: "select all hits together: the cells that are on in all of them (Alt-Enter in the field)",
  });
  needsPython(every);
  const element = create("div", "lv-find-list", { "data-part": "find-list" }, every, before, list, after);
  const open = signal(false);
  const active = signal<number | null>(null);
  const marked = () => active.value ?? model._find_hit.value;
  setAttribute(field, "role", "combobox");
  setAttribute(field, "aria-controls", id);
  setAttribute(field, "aria-autocomplete", "none");

  const isOpen = () => open.peek() && !element.hidden;
  const close = () => {
    open.value = false;
  };
  const dispose = all(
    drawOnFrame(() => {
      const hits = model._find_hits.value;
      const showing = open.value && hits !== null && hits.count > 0 && isCurrent(hits, model);
      element.hidden = !showing;
      setAttribute(field, "aria-expanded", String(showing));
      setAttribute(button, "aria-expanded", String(showing));
      if (hits) setText(every, selectAllText(hits.count));
      if (showing) drawHits(list, before, after, hits, id);
    }),
    drawOnFrame(() => {
      const hits = model._find_hits.value;
      const place = (marked() ?? -1) - (hits?.first ?? 0);
      const showing = open.value;
      [...list.children].forEach((line, i) => {
        setAttribute(line, "aria-selected", String(i === place));
      });
      const line = list.children[place] as HTMLElement | undefined;
      setAttribute(field, "aria-activedescendant", showing && line ? line.id : null);
      if (showing && line) bringIntoSight(list, line);
    }),
    effect(() => {
      model._find_hit.value;
      active.value = null;
    }),
    listen(button, "click", () => {
      open.value = !open.peek();
      field.focus();
    }),
    // The field keeps the focus.
    listen(element, "pointerdown", (event) => event.preventDefault()),
    listen(button, "pointerdown", (event) => event.preventDefault()),
    listen(list, "click", (event) => {
      const hit = (event.target as Element).closest<HTMLElement>("[data-hit]")?.dataset.hit;
      if (hit !== undefined) go(Number(hit));
    }),
    listen(every, "click", () => {
      selectAll();
      close();
    }),
    listen(field, "blur", close),
  );

  /** Act on a key. Returns whether it means something to the list. */
  const press = (event: KeyboardEvent): boolean => {
    const meaning = meaningOf(event.key, {
      ...{ isOpen: isOpen(), active: active.peek(), shown: model._find_hit.peek() },
      hits: model._find_hits.peek(),
    });
    if (!meaning) return false;
    if (meaning.open !== undefined) open.value = meaning.open;
    if (meaning.go !== undefined) go(meaning.go);
    if (meaning.mark !== undefined) active.value = meaning.mark;
    return true;
  };
  return { element, press, dispose };
}

/** What the button says: select all 17 hits. */
function selectAllText(count: number): string {
  return count === 1 ? "select this hit" : `select all ${formatCount(count)} hits`;
}

interface Listed {
  isOpen: boolean;
  /** The hit that keys have marked in the list, and the hit that is shown among the words. */
  active: number | null;
  shown: number | null;
  hits: FindHits | null;
}

/** What a key does: open or close the list, go to a hit, or mark one in the list; null for any other key. */
export function meaningOf(
  key: string,
  { isOpen, active, shown, hits }: Listed,
): { open?: boolean; go?: number; mark?: number } | null {
  if (key === "Escape" && isOpen) return { open: false };
  if (key === "Enter" && isOpen && active !== null) return { go: active };
  if (key !== "ArrowDown" && key !== "ArrowUp") return null;
  if (!isOpen) return { open: true };
  if (!hits) return {};
  const to = lineMove(hits, active ?? shown, key === "ArrowDown" ? 1 : -1);
  // Going to a hit that was not sent makes Python send those around it.
  const isSent = to >= hits.first && to < hits.first + hits.ranges.length;
  return isSent ? { mark: to } : { go: to };
}

function drawHits(
  list: HTMLElement,
  before: HTMLElement,
  after: HTMLElement,
  hits: FindHits,
  id: string,
): void {
  const following = hits.count - hits.first - hits.ranges.length;
  before.hidden = hits.first === 0;
  after.hidden = following === 0;
  setText(before, `${plural(hits.first, "hit")} before these`);
  setText(after, `${plural(following, "hit")} after these`);
  pool(list, hits.ranges.length, createLine).forEach((line, i) => {
    const [left, hit, right] = hits.lines[i] ?? ["", "", ""];
    line.id = `${id}-${hits.first + i}`;
    line.dataset.hit = String(hits.first + i);
    const [step, context, found] = line.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
    setText(step, formatCount(hits.ranges[i]?.[0] ?? 0));
    setText(context.firstElementChild as Element, left);
    setText(found.firstElementChild as Element, hit);
    setText(found.lastElementChild as Element, right);
    (found.childNodes[1] as Text).data = hits.tight?.[i] ? "" : " ";
  });
}

function createLine(): HTMLElement {
  const text = (tag: "span" | "strong") => create(tag, "", { dir: "auto" });
  return create(
    "div",
    "lv-hit",
    { role: "option", "data-part": "hit" },
    create("span", "lv-hit-step"),
    create("span", "lv-hit-before", {}, text("span")),
    create("span", "lv-hit-after", {}, text("strong"), " ", text("span")),
  );
}

/** Unlike `scrollIntoView`, this does not scroll the page around the list. */
function bringIntoSight(list: HTMLElement, line: HTMLElement): void {
  const top = line.offsetTop;
  list.scrollTop = Math.min(top, Math.max(list.scrollTop, top + line.offsetHeight - list.clientHeight));
}
