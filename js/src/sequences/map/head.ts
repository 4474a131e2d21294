import { computed } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { LABEL_COLORS } from "../../shared/label_colors";
import { shareTabStop } from "../../shared/tab_stop";
import { formatCount, formatValue, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { countCodes } from "./looks";
import type { MapState } from "./map_state";
import { titleOf } from "./texts";

/** Above the map: what it shows, notes, and what its colours mean. */
export function mountHead(host: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  const title = create("h3", "lvs-map-title", { "data-part": "map-title" });
  const notes = create("div", "lvs-map-notes", { "data-part": "map-notes" });
  const legend = create("div", "lvs-legend", { "data-part": "legend" });
  host.append(title, notes, legend);
  return all(
    drawOnFrame(() => setText(title, titleOf(model._map.value))),
    drawOnFrame(() => {
      // Python may be about to put them there.
      const missing = model.running.value === null ? missingText(model) : "";
      const text = [...(model._map.value?.notes ?? []), missing].filter((each) => each).join(" · ");
      setText(notes, text);
      notes.hidden = text === "";
    }),
    mountLegend(legend, model, view, state),
  );
}

/** Says which of the sequences that are shown have no step on the map; empty if all have. */
export function missingText(model: Pick<Model, "_trajectories">): string {
  const missing = model._trajectories.value.filter(({ coordinates }) => !coordinates.some(Number.isFinite));
  const names = missing.map(({ sequence }) => formatCount(sequence));
  if (names.length === 0) return "";
  return names.length === 1
    ? `sequence ${names[0]} is not on this map`
    : `sequences ${names.join(", ")} are not on this map`;
}

/** A button for each colour: pointing at it lights its points, a click keeps them lit. Numbers have a ramp. */
function mountLegend(host: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  setAttribute(host, "role", "group");
  setAttribute(host, "aria-label", "colours of the points");
  const entries = computed(() => {
    const colors = model._point_colors.value;
    if (!colors?.codes) return [];
    const counts = countCodes(colors.codes, colors.labels.length);
    const codes = legendOrder(
      colors.labels.length,
      colors.kind === "classes" ? (model._output.value?.rows ?? null) : null,
    );
    return codes.map((code) => ({
      code,
      label: colors.labels[code] as string,
      count: counts[code] as number,
    }));
  });
  const light = (code: number | null) => {
    if (model._point_colors.peek()?.kind === "classes") view.hoveredClass.value = code;
    else state.litLabel.value = code;
  };
  const codeAt = (event: Event) => {
    const code = (event.target as Element).closest<HTMLElement>("[data-code]")?.dataset.code;
    return code === undefined ? null : Number(code);
  };
  return all(
    drawOnFrame(() => {
      const colors = model._point_colors.value;
      const more = (colors?.labels.length ?? 0) - LABEL_COLORS;
      if (colors?.values) host.replaceChildren(...ramp(colors.by, colors.range));
      else {
        const { classes } = view.colors.value;
        const restColor = classes[LABEL_COLORS] ?? "";
        const rest = more > 0 ? [entry("rest", `${formatCount(more)} more`, null, restColor)] : [];
        host.replaceChildren(
          ...entries.value.map(({ label, code, count }) =>
            entry(code, visibleToken(label), count, classes[code] ?? ""),
          ),
          ...rest,
        );
      }
    }),
    drawOnFrame(() => {
      entries.value;
      const lit = view.hoveredClass.value;
      for (const each of host.querySelectorAll<HTMLElement>("[data-code]")) {
        const code = Number(each.dataset.code);
        setAttribute(each, "aria-pressed", String(state.keptCode.value === code));
        each.classList.toggle("lvs-legend-lit", lit === code);
      }
    }),
    listen(host, "pointerover", (event) => light(codeAt(event))),
    listen(host, "pointerleave", () => light(null)),
    listen(host, "focusin", (event) => light(codeAt(event))),
    listen(host, "focusout", () => light(null)),
    listen(host, "click", (event) => {
      const code = codeAt(event);
      if (code !== null) state.keptCode.value = state.keptCode.peek() === code ? null : code;
    }),
    shareTabStop(host, "button"),
  );
}

/** The codes with a colour of their own: classes in the order that was given, labels the most frequent first. */
export function legendOrder(labels: number, given: readonly number[] | null): number[] {
  const colored = Array.from({ length: Math.min(labels, LABEL_COLORS) }, (_, code) => code);
  const rank = (code: number) => {
    const at = given?.indexOf(code) ?? -1;
    return at < 0 ? code + (given?.length ?? 0) : at;
  };
  return colored.sort((a, b) => rank(a) - rank(b));
}

function entry(code: number | "rest", name: string, count: number | null, color: string): HTMLElement {
  const swatch = create("span", "lvs-swatch");
  swatch.style.setProperty("--label", color);
  const parts = [swatch, create("span", "lvs-legend-name", { dir: "auto" }, name)];
  if (code === "rest") return create("span", "lvs-legend-entry", { "data-part": "legend-rest" }, ...parts);
  return create(
    "button",
    "lvs-legend-entry",
    { type: "button", "data-part": "legend-entry", "data-code": String(code), title: name },
    ...parts,
    create("span", "lv-aside", {}, formatCount(count ?? 0)),
  );
}

function ramp(name: string, range: readonly [number, number] | null): HTMLElement[] {
  const [low, high] = range ?? [0, 1];
  return [
    create(
      "span",
      "lvs-legend-entry",
      { "data-part": "legend-ramp" },
      create("span", "", { dir: "auto" }, name),
      create("span", "lv-aside", {}, formatValue(low)),
      create("span", "lvs-legend-ramp"),
      create("span", "lv-aside", {}, formatValue(high)),
    ),
  ];
}
