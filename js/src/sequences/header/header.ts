import { all, create, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { createScenarioButton } from "../../shared/scenario_button";
import { formatCount, plural } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountChips } from "./chips";
import { mountFind } from "./find";
import { mountHelp } from "./help";
import { mountColorMenu, mountLayerMenu, mountMethodMenu } from "./menus";
import { mountViewMenu } from "./view_menu";

/** The title, what the map shows, which sequences are shown, and how things are drawn. */
export function mountHeader(root: HTMLElement, host: HTMLElement, model: Model, view: ViewState): () => void {
  const name = create("strong");
  const details = create("span", "lv-aside");
  const title = create("div", "lvs-title", { "data-part": "title" }, name, details);
  const parts = [
    mountLayerMenu(model),
    mountMethodMenu(model),
    mountColorMenu(model),
    mountFind(model),
    mountChips(model),
  ];
  // These stay together, at the right edge.
  const tools = [
    mountViewMenu(root, model, view),
    createScenarioButton(() => model._scenario_line.peek()),
    mountHelp(root),
  ];
  const elements = (of: readonly { element: HTMLElement }[]) => of.map(({ element }) => element);
  host.append(title, ...elements(parts), create("div", "lvs-tools", {}, ...elements(tools)));
  return all(
    drawOnFrame(() => {
      const found = titleOf(model);
      setText(name, found.name);
      setText(details, found.details);
      name.hidden = found.name === "";
      setAttribute(title, "title", [found.name, found.details].filter((part) => part !== "").join(": "));
    }),
    ...[...parts, ...tools].map(({ dispose }) => dispose),
    () => host.replaceChildren(),
  );
}

/** The name of the data set, and its size: "402 sequences, 41,207 steps × 128". */
export function titleOf(model: Pick<Model, "_name" | "_layers" | "layer" | "_sequences" | "_steps">): {
  name: string;
  details: string;
} {
  const layers = model._layers.value;
  const cells = layers.find(({ name }) => name === model.layer.value)?.cells ?? 0;
  const sequences = model._sequences.value;
  const size = `${plural(model._steps.value, "step")} × ${formatCount(cells)}`;
  const details = sequences === null ? size : `${plural(sequences.count, "sequence")}, ${size}`;
  return { name: model._name.value || (layers.length === 1 ? model.layer.value : ""), details };
}
