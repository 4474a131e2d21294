import { all, listen, setAttribute } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";
import type { ViewState } from "../view_state";
import { type Columns, columnOf, stepsOf } from "./columns";

/** The step that a key moves to, a column on or back; null for any other key. */
export function stepAfter(key: string, step: number, columns: Columns): number | null {
  const column = columnOf(columns, step) ?? 0;
  const to = { ArrowLeft: column - 1, ArrowRight: column + 1, Home: 0, End: columns.count - 1 }[key];
  if (to === undefined || columns.count === 0) return null;
  const next = clamp(to, 0, columns.count - 1);
  // At the ends it stays where it is within its column.
  return next === column ? step : stepsOf(columns, next)[0];
}

interface Steps {
  columns: () => Columns | null;
  /** The step that the keys begin at, when none is hovered. */
  begin: () => number;
  enter: (step: number) => void;
  /** What is said of a step. */
  say: (step: number) => string;
}

/**
 * Make a chart of steps one stop of the Tab key: a slider along which arrow keys move the hovered step, and Enter acts
 * on it. Returns what updates its values, to be called when the hovered step may have changed.
 */
export function pressStepKeys(chart: HTMLElement, { columns, begin, enter, say }: Steps, view: ViewState) {
  chart.tabIndex = 0;
  chart.setAttribute("role", "slider");
  let reached: number | null = null;
  const reach = (step: number | null) => {
    reached = step;
    view.hoveredStep.value = step;
  };
  const here = () => {
    const shown = columns();
    if (!shown || shown.count === 0) return null;
    return clamp(view.hoveredStep.peek() ?? begin(), shown.start, shown.stop - 1);
  };
  const dispose = all(
    listen(chart, "focus", () => {
      if (chart.matches(":focus-visible")) reach(here());
    }),
    listen(chart, "blur", () => {
      // What the pointer is on stays hovered.
      if (reached !== null && view.hoveredStep.peek() === reached) view.hoveredStep.value = null;
      reached = null;
    }),
    listen(chart, "keydown", (event) => {
      const [shown, at] = [columns(), here()];
      if (!shown || at === null || hasModifier(event) || event.shiftKey) return;
      const acts = event.key === "Enter" || event.key === " ";
      const to = stepAfter(event.key, at, shown);
      if (!acts && to === null) return;
      event.preventDefault();
      event.stopPropagation();
      if (acts) enter(at);
      else reach(to);
    }),
  );
  return {
    describe(step: number) {
      const shown = columns();
      const inside = shown && columnOf(shown, step) !== null ? step : begin();
      setAttribute(chart, "aria-valuemin", String(shown?.start ?? 0));
      setAttribute(chart, "aria-valuemax", String(Math.max(shown?.start ?? 0, (shown?.stop ?? 1) - 1)));
      setAttribute(chart, "aria-valuenow", String(inside));
      setAttribute(chart, "aria-valuetext", say(inside));
    },
    dispose,
  };
}
