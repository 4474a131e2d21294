import { signal } from "@preact/signals-core";
import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { formatCount, formatValue, plural, visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";
import type { Range } from "../time/ranges";
import { legendEntries, rampRange, rampTone, toneColor } from "./track_colors";
import { MOST_RANKS } from "./track_predictions";

let legends = 0;
const STOPS = 13;

/** Show what the colours of a track mean while its name has the pointer or the focus. */
export function showLegend(
  host: HTMLElement,
  name: HTMLElement,
  track: () => Track | undefined,
  isStacked: () => boolean,
): () => void {
  const id = `lstmvis-legend-${legends++}`;
  const legend = create("div", "lv-legend", { "data-part": "legend", role: "tooltip", id });
  const open = signal(false);
  const set = (yes: boolean) => () => {
    open.value = yes;
  };
  legend.hidden = true;
  name.setAttribute("aria-describedby", id);
  host.append(legend);
  return all(
    drawOnFrame(() => {
      const shown = open.value ? track() : undefined;
      legend.hidden = !shown;
      const nodes = shown ? content(shown) : [];
      if (shown && isStacked()) nodes.push(create("div", "lv-aside lv-legend-stack", {}, stackText(shown)));
      legend.replaceChildren(...nodes);
    }),
    listen(name, "pointerenter", set(true)),
    listen(name, "focus", set(true)),
    listen(name, "click", set(true)),
    listen(host, "pointerleave", set(false)),
    listen(name, "blur", set(false)),
    listen(host, "keydown", (event) => {
      if (event.key !== "Escape" || !open.peek()) return;
      event.preventDefault();
      open.value = false;
    }),
  );
}

/** What a column of several steps shows of a track. */
export function stackText({ kind, binary }: Track): string {
  if (kind === "categorical" || kind === "output") return "a column: the share of its steps with each label";
  if (binary) return "a column: the darker, the larger its share of ones";
  const what = kind === "top-k" ? "the score of the first label" : "value";
  return `a column: its steps, ordered by ${what}`;
}

function content(track: Track): Node[] {
  const title = create("div", "lv-legend-title", {}, create("strong", "", {}, track.name));
  if (track.kind === "output") return [title, labelTable(track, title), outputNote(track)];
  if (track.kind === "categorical") return [title, labelTable(track, title)];
  if (track.kind === "continuous") return [title, scale(track)];
  return [
    title,
    create("div", "", {}, predictionsText(track)),
    create("div", "lv-legend-came", {}, create("span", "", {}, "underlined"), ": the token that came next"),
  ];
}

function outputNote({ targets }: Track): HTMLElement {
  const note = "expected class, paler where less sure; below, a row a class, the stronger the more probable";
  return create("div", "lv-aside lv-legend-stack", {}, targets ? `${note}; outlined: the true class` : note);
}

/** The legend's text for a top-k track. */
export function predictionsText({ k = 0, range }: Track): string {
  const count = k > MOST_RANKS ? `the first ${MOST_RANKS} of ${k}` : `${k}`;
  const text = `${count} labels a step, the darker the higher the score`;
  return range ? `${text} (${ends(range).join(" to ")})` : text;
}

/** "12 labels", "1 of 5 classes expected". */
function labelsText(track: Track): string {
  const count = track.labels?.length ?? 0;
  if (track.kind === "output")
    return `${formatCount(count)} of ${formatCount(track.classes ?? 0)} classes expected`;
  return plural(count, "label");
}

function labelTable(track: Track, title: HTMLElement): HTMLElement {
  const labels = track.labels ?? [];
  title.append(create("span", "lv-aside", {}, labelsText(track)));
  const rows = legendEntries(labels, track.counts ?? []).map(({ color, label, count }) => {
    const swatch = create("span", "lv-swatch");
    swatch.style.setProperty("--label", color);
    return create(
      "div",
      "lv-legend-row",
      {},
      swatch,
      create("span", "lv-legend-label", {}, visibleToken(label)),
      create("span", "lv-legend-count", {}, formatCount(count)),
    );
  });
  return create("div", "lv-legend-rows", {}, ...rows);
}

function ends([low, high]: readonly [number, number]): [string, string] {
  return [formatValue(low), formatValue(high)];
}

/** Colours of a ramp at equal distances over a range. */
export function rampStops([low, high]: Range): string[] {
  const values = Array.from({ length: STOPS }, (_, i) => {
    const share = i / (STOPS - 1);
    return low * (1 - share) + high * share;
  });
  return values.map((value) => toneColor(rampTone(value, [low, high]) ?? { name: "ramp", amount: 0 }));
}

function scale(track: Track): HTMLElement {
  const range = rampRange(track);
  if (track.binary) return create("div", "", {}, "filled where 1");
  if (!range) return create("div", "", {}, "no values");
  const bar = create("div", "lv-legend-ramp");
  bar.style.background = `linear-gradient(to right, ${rampStops(range).join(", ")})`;
  const [low, high] = ends(range);
  const marks = [create("span", "", {}, low), create("span", "", {}, high)];
  if (range[0] < 0 && range[1] > 0) {
    const zero = create("span", "lv-legend-zero", {}, "0");
    zero.style.left = `${100 * (-range[0] / 2 / (range[1] / 2 - range[0] / 2))}%`;
    marks.splice(1, 0, zero);
  }
  return create("div", "", {}, bar, create("div", "lv-legend-ends", {}, ...marks));
}
