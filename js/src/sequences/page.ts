import { effect } from "@preact/signals-core";
import { all, create } from "../shared/dom";
import { followSize } from "../shared/follow_size";
import { keepKeys } from "../shared/keep_keys";
import { createRoot } from "../shared/root";
import { showFocus } from "../shared/show_focus";
import { followTheme } from "../shared/theme";
import { mountAll } from "./all/all";
import { mountBelow } from "./below/below";
import { mountCurrent } from "./current/current";
import { mountHeader } from "./header/header";
import { mountMap } from "./map/map";
import type { Model } from "./model";
import { keepAttributes } from "./published";
import { mountStatus } from "./status/status";
import { COLUMNS_FROM, createViewState } from "./view_state";

/** Put the page into `host`. Returns a function that removes it. */
export function mountPage(host: HTMLElement, model: Model): () => void {
  const root = createRoot("lv-sequences");
  host.append(root);
  const view = createViewState(model);
  const part = (className: string, parent: HTMLElement, tag: "div" | "header" | "section" = "div") => {
    const element = create(tag, className);
    parent.append(element);
    return element;
  };
  const header = part("lvs-header", root, "header");
  const columns = part("lvs-columns", root);
  const [current, map, list] = ["lvs-current", "lvs-map", "lvs-all"].map((name) =>
    part(name, columns, "section"),
  ) as [HTMLElement, HTMLElement, HTMLElement];
  const below = part("lvs-below", root);
  const status = part("lvs-status", root);
  return all(
    followTheme(root, (colors) => {
      view.colors.value = colors;
    }),
    followSize(root, (ratio) => {
      if (root.clientWidth > 0) view.width.value = root.clientWidth;
      view.pixelRatio.value = ratio;
    }),
    effect(() => {
      root.classList.toggle("lvs-beside", view.width.value >= COLUMNS_FROM);
      root.style.setProperty("--lvs-height", `${model.height.value}px`);
    }),
    mountHeader(header, model, view),
    mountCurrent(current, model, view),
    mountMap(map, model, view),
    mountAll(list, model, view),
    mountBelow(below, model, view),
    mountStatus(status, model, view),
    keepAttributes(root, model, view),
    keepKeys(root),
    showFocus(root),
    view.dispose,
    () => root.remove(),
  );
}
