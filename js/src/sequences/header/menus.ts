import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { pictured } from "../../shared/picture/picture";
import type { Model } from "../model";

type Choice = readonly [value: string, text: string];

/** A menu of choices, with a word before it. It is hidden where there is nothing to choose. */
function mountMenu(
  part: string,
  word: string,
  title: string,
  choices: () => readonly Choice[],
  chosen: () => string,
  choose: (value: string) => void,
) {
  const select = needsPython(
    create("select", "lv-select", { "data-part": part, "aria-label": title, title }),
  );
  const element = create("label", "lv-group lvs-menu");
  if (word) element.append(create("span", "lv-field-name", {}, word));
  element.append(select);
  let shown = "";
  const dispose = all(
    drawOnFrame(() => {
      const offered = choices();
      const key = JSON.stringify(offered);
      // Made anew, an open menu would close.
      if (key !== shown) {
        select.replaceChildren(...offered.map(([value, text]) => create("option", "", { value }, text)));
        shown = key;
      }
      select.value = chosen();
      element.hidden = offered.length < 2;
    }),
    listen(select, "change", () => choose(select.value)),
  );
  return { element, dispose };
}

export function mountLayerMenu(model: Model) {
  const menu = mountMenu(
    "layer-menu",
    "",
    "layer",
    () => model._layers.value.map(({ name }): Choice => [name, name]),
    () => model.layer.value,
    (layer) => model.set("layer", layer),
  );
  pictured(menu.element.querySelector("select") as HTMLElement);
  return menu;
}

export function mountMethodMenu(model: Model) {
  let wasGiven = false;
  return mountMenu(
    "method-menu",
    "map",
    "how states are put on the map",
    () => {
      // Once another method is chosen, one can go back to the map that was given.
      wasGiven ||= model.method.value === "given" || model._map.value?.method === "given";
      return methodChoices(wasGiven);
    },
    () => model.method.value,
    (method) => model.set("method", method),
  );
}

export function methodChoices(isGiven: boolean): Choice[] {
  const methods: Choice[] = [
    ["pca", "PCA"],
    ["tsne", "t-SNE"],
  ];
  return isGiven ? [...methods, ["given", "as given"]] : methods;
}

export function mountColorMenu(model: Model) {
  return mountMenu(
    "color-menu",
    "colour",
    "what colours the points of the map",
    () => colorChoices(model),
    () => model.color_by.value,
    (by) => model.set("color_by", by),
  );
}

/** What can colour the points: classes only where there are some. */
export function colorChoices(model: Pick<Model, "_output" | "_tracks" | "color_by">): Choice[] {
  const output = model._output.value;
  const choices: Choice[] = [];
  if (output) choices.push(["expected", "expected class"]);
  if (output?.targets) choices.push(["target", "true class"]);
  choices.push(["trust", "trust in the map"]);
  const others = model._tracks.value.filter(({ name }) => name !== output?.name);
  choices.push(...others.map(({ name }): Choice => [name, name]));
  const by = model.color_by.value;
  // Whatever was set from Python has to be shown.
  return choices.some(([value]) => value === by) ? choices : [[by, by], ...choices];
}
