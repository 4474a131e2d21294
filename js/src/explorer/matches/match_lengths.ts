import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { clamp } from "../../shared/numbers";
import { shareTabStop } from "../../shared/tab_stop";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { type DrawnBar, drawnBars, type LengthBar } from "./length_bars";
import type { MatchList } from "./match_list";

const HEIGHT = 22;
/** Approximate width of all bars together, and limits of the width of one. */
const WIDTH = 110;
const BAR_WIDTHS = [4, 10] as const;

/** A histogram of the candidates' lengths. A click on a length keeps only matches of that length. */
export function mountMatchLengths(list: MatchList, model: Model) {
  const bars = create("div", "lv-length-bars", { role: "group", "data-part": "lengths" });
  bars.setAttribute("aria-label", "Candidates by length. Arrow keys move, Enter keeps one length.");
  const [shortest, longest] = [create("span", "lv-length-end"), create("span", "lv-length-end")];
  const hint = create("div", "lv-length-hint", { "data-part": "length-hint" });
  hint.hidden = true;
  const name = create("span", "lv-field-name", { title: "height: square root of the number of candidates" });
  name.textContent = "lengths";
  const element = create("div", "lv-lengths", {}, name, shortest, bars, longest, hint);
  const elements = () => [...bars.children] as HTMLElement[];
  let drawn: DrawnBar[] = [];

  const point = (bar: HTMLElement | null) => {
    const place = bar ? elements().indexOf(bar) : -1;
    hint.hidden = place < 0;
    if (!bar || place < 0) return;
    setText(hint, drawn[place]?.title ?? "");
    hint.style.left = `${bars.offsetLeft + bar.offsetLeft}px`;
  };
  const choose = (bar: HTMLElement | null) => {
    const length = bar && drawn[elements().indexOf(bar)]?.length;
    if (length) model.set("length_filter", model.length_filter.peek() === length ? null : length);
  };
  const barOf = (event: Event) => (event.target as Element).closest<HTMLElement>(".lv-length-bar");
  const dispose = all(
    drawOnFrame(() => {
      const sent = model._length_histogram.value;
      // While they are counted again, the bars keep their place, so that nothing beside them moves.
      element.classList.toggle("lv-counting", sent === null);
      if (sent === null) return;
      element.hidden = sent.length === 0;
      drawn = drawnBars(sent, list.context.value.cells);
      drawBars(bars, drawn, model.length_filter.value, model.live.value);
      setText(shortest, endText(sent[0], 0));
      setText(longest, sent.length > 1 ? endText(sent.at(-1), 1) : "");
    }),
    listen(bars, "pointerover", (event) => point(barOf(event))),
    listen(bars, "focusin", (event) => point(barOf(event))),
    listen(bars, "pointerleave", () => point(null)),
    listen(bars, "focusout", () => point(null)),
    listen(bars, "click", (event) => choose(barOf(event))),
    shareTabStop(bars, ".lv-length-bar"),
  );
  return { element, dispose };
}

function drawBars(host: HTMLElement, drawn: readonly DrawnBar[], filter: number | null, live: boolean): void {
  host.style.setProperty("--bar", `${barWidth(drawn.length)}px`);
  host.classList.toggle("lv-filtered", filter !== null);
  const bars = pool(host, drawn.length, createBar);
  bars.forEach((bar, i) => {
    const { length, every, full, title } = drawn[i] as DrawnBar;
    bar.style.setProperty("--every", `${Math.max(1, barHeight(every))}px`);
    bar.style.setProperty("--full", `${barHeight(full)}px`);
    setAttribute(bar, "data-length", length === null ? null : String(length));
    setAttribute(bar, "aria-label", title);
    setAttribute(bar, "aria-pressed", length === null ? null : String(length === filter));
    setAttribute(bar, "aria-disabled", length === null || !live ? "true" : null);
  });
}

export function barWidth(bars: number): number {
  return clamp(Math.floor(WIDTH / Math.max(1, bars)), ...BAR_WIDTHS);
}

/** Height in whole pixels, at least one unless the share is 0. */
export function barHeight(share: number): number {
  return share > 0 ? Math.max(1, Math.round(share * HEIGHT)) : 0;
}

function createBar(): HTMLElement {
  return create("button", "lv-length-bar", { type: "button", tabindex: "-1", "data-part": "length-bar" });
}

function endText(bar: LengthBar | undefined, end: 0 | 1): string {
  return bar ? formatCount(bar[end]) : "";
}
