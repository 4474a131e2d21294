import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { UNFINISHED } from "../../shared/text";
import type { Model } from "../model";
import { trustTexts } from "./texts";

/** Below the map: how far to trust it. */
export function mountFoot(host: HTMLElement, model: Model): () => void {
  const figures = create("div", "lvs-trust", { "data-part": "trust" });
  const button = needsPython(
    create("button", "lvs-link", { type: "button", "data-part": "color-by-trust" }, "colour by trust"),
  );
  button.title = "Colour each point by the share of its true neighbours that the map keeps";
  host.append(figures, button);
  let before = "expected";
  return all(
    drawOnFrame(() => {
      const texts = trustTexts(model._map.value);
      if (texts.length > 0) {
        figures.replaceChildren(
          ...texts.map(({ name, value, beside, title }) =>
            create(
              "span",
              "lvs-trust-figure",
              { title },
              `${name} `,
              create("strong", "", {}, value),
              ...(beside === "" ? [] : [create("span", "lv-aside", {}, ` (${beside})`)]),
            ),
          ),
        );
        return;
      }
      figures.replaceChildren(create("span", "lv-aside", {}, waitingFor(model)));
    }),
    drawOnFrame(() => {
      const isOn = model.color_by.value === "trust";
      setAttribute(button, "aria-pressed", String(isOn));
      setText(button, isOn ? "colour as before" : "colour by trust");
      button.hidden = !model._map.value;
    }),
    listen(button, "click", () => {
      const now = model.color_by.peek();
      if (now !== "trust") before = now;
      model.set("color_by", now === "trust" ? before : "trust");
      model.settle();
    }),
  );
}

/** Why there are no figures yet. */
function waitingFor(model: Model): string {
  if (!model.live.value) return `trust: ${UNFINISHED}`;
  if (model._map.value?.settled === false) return "trust is measured when the map has settled";
  // A computation that was cancelled, or failed, measures nothing more.
  return model.running.value === null && model._map.value ? "trust: not measured" : "measuring trust…";
}
