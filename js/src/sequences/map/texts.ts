import { formatCount, formatShare, formatValue, plural, visibleToken } from "../../shared/text";
import { sequenceAt } from "../all/sequences";
import type { Model } from "../model";
import { pointOf } from "./map_state";
import type { MapFacts } from "./points";
import { wordOf } from "./words";

/** What is on the map, and how it got there. */
export function titleOf(map: MapFacts | null): string {
  if (!map) return "States";
  const parts = [`States${methodOf(map)}`];
  if (map.points < map.steps) parts.push(`${formatCount(map.points)} of ${plural(map.steps, "step")}`);
  if (!map.settled) parts.push("moving…");
  return parts.join(", ");
}

function methodOf({ method, explained, perplexity }: MapFacts): string {
  if (method === "tsne")
    return `, t-SNE${perplexity === null ? "" : `, perplexity ${Number(perplexity.toPrecision(3))}`}`;
  if (method === "given") return ", positions as given";
  const shares = explained?.map((share) => `${Math.round(100 * share)} %`).join(" + ");
  return `, principal axes${shares ? ` ${shares}` : ""}`;
}

/** A figure of trust with what other maps have, for comparison. */
interface TrustText {
  name: string;
  value: string;
  beside: string;
  title: string;
}

const FIGURES = [
  {
    key: "trustworthiness",
    name: "trust",
    format: (value: number) => value.toFixed(value < 0.8 ? 2 : value > 0.995 ? 4 : 3),
    title:
      "Trustworthiness: 1 where all neighbours on the map are neighbours in the state space, about 0.5 where points are shuffled.",
  },
  {
    key: "kept",
    name: "neighbours kept",
    format: formatShare,
    title: "Share of the nearest neighbours in the state space that are among the nearest on the map.",
  },
  {
    key: "jumps",
    name: "map jumps ~ state jumps",
    format: (value: number) => `ρ ${(Math.round(100 * value) / 100 + 0).toFixed(2).replace("-", "−")}`,
    title:
      "Rank correlation of the length of jumps on the map with that in the state space: 0 if they have nothing in common.",
  },
] as const;

/** How far to trust the map; empty until that is measured. */
export function trustTexts(map: MapFacts | null): TrustText[] {
  const trust = map?.trust;
  if (!trust) return [];
  return FIGURES.map(({ key, name, format, title }) => {
    const shown = (value: number | null | undefined) =>
      value === null || value === undefined ? "unknown" : format(value);
    const others = map.method === "pca" ? (["shuffled"] as const) : (["pca", "shuffled"] as const);
    return {
      name,
      value: shown(trust.map[key]),
      beside: others
        .filter((other) => trust[other])
        .map((other) => `${other === "pca" ? "PCA" : other} ${shown(trust[other][key]).replace("ρ ", "")}`)
        .join(", "),
      title,
    };
  });
}

/** Words of so many neighbours are listed. */
const NEAREST = 5;

/** Describe a step: its word, its place, its sequence, and what the model expects there, and its neighbours, as far as known. */
export function describeStep(model: Model, step: number, className: (place: number) => string): string {
  const table = model._sequences.value;
  const word = wordOf(model, step);
  const parts = [word === null ? "" : `“${visibleToken(word)}”`];
  if (table) {
    const sequence = sequenceAt(table, step);
    const [start, stop] = [table.bounds[sequence] as number, table.bounds[sequence + 1] as number];
    parts.push(
      `sequence ${formatCount(sequence)}, step ${formatCount(step - start)} of ${formatCount(stop - start)}`,
    );
  } else parts.push(`step ${formatCount(step)}`);
  parts.push(colorText(model, step, className));
  if (model.selection.value && step >= model.selection.value[0] && step < model.selection.value[1]) {
    parts.push("selected");
  }
  const near = model._neighbours.value;
  if (near?.step === step && near.words && near.words.length > 0) {
    parts.push(`nearest ${near.words.slice(0, NEAREST).map(visibleToken).join(", ")}`);
  }
  return parts.filter((part) => part !== "").join(" · ");
}

/** What the colour of a step's point says. */
function colorText(model: Model, step: number, className: (place: number) => string): string {
  const [colors, points] = [model._point_colors.value, model._points.value];
  const point = points ? pointOf(points, step) : -1;
  if (point < 0) return "not on the map";
  if (!colors) return "";
  if (colors.values) {
    const value = colors.values[point] as number;
    const [low, high] = colors.range ?? [0, 1];
    return value === 255
      ? `no ${colors.by}`
      : `${colors.by} ${formatValue(low + ((high - low) * value) / 254)}`;
  }
  const code = colors.codes?.[point] ?? 65535;
  const name =
    code === 65535 ? "" : (colors.labels[code] ?? (colors.kind === "classes" ? className(code) : ""));
  if (name === "") return "";
  const strength = colors.strength?.[point];
  const sure = strength === undefined ? "" : ` ${(strength / 255).toFixed(2)}`;
  return `${colors.by === "target" ? "true class" : colors.by} ${visibleToken(name)}${sure}`;
}
