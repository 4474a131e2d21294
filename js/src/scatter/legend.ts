import { all, create, listen, setAttribute } from "../shared/dom";
import { drawOnFrame } from "../shared/frame";
import { LABEL_COLORS } from "../shared/label_colors";
import { toggled } from "../shared/lists";
import { formatCount, visibleToken } from "../shared/text";
import type { Model } from "./model";
import type { Points } from "./points";

/** A button for each label, with its colour and the number of its phrases. They are shown while it is pressed. */
export function mountLegend(host: HTMLElement, model: Model): () => void {
  setAttribute(host, "role", "group");
  setAttribute(host, "aria-label", "labels shown");
  return all(
    drawOnFrame(() => {
      const { labels } = model._points.value;
      const counts = countLabels(model._points.value);
      host.replaceChildren(...labels.map((label, code) => button(label, code, counts[code] as number)));
    }),
    drawOnFrame(() => {
      model._points.value;
      for (const each of host.children) {
        const { label } = (each as HTMLElement).dataset;
        setAttribute(each, "aria-pressed", String(!model.hidden_labels.value.includes(label as string)));
      }
    }),
    listen(host, "click", (event) => {
      const pressed = (event.target as Element).closest<HTMLElement>("[data-label]");
      const label = pressed?.dataset.label;
      if (label === undefined) return;
      model.set("hidden_labels", toggled(model.hidden_labels.peek(), label));
      model.settle();
    }),
  );
}

/** How many points have each label. */
export function countLabels({ labels, codes }: Pick<Points, "labels" | "codes">): Int32Array {
  const counts = new Int32Array(labels.length);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return counts;
}

function button(label: string, code: number, count: number): HTMLElement {
  const swatch = create("span", "lv-scatter-swatch");
  swatch.style.setProperty(
    "--label",
    code < LABEL_COLORS ? `var(--lv-point-${code})` : "var(--lv-point-rest)",
  );
  return create(
    "button",
    "lv-scatter-label",
    { type: "button", "data-part": "label", "data-label": label },
    swatch,
    create("span", "lv-scatter-name", { dir: "auto" }, visibleToken(label)),
    create("span", "lv-aside", {}, formatCount(count)),
  );
}
