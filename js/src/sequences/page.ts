import { effect } from "@preact/signals-core";
import { all, create } from "../shared/dom";
import { followHover } from "../shared/follow_hover";
import { followSize } from "../shared/follow_size";
import { mountGrip } from "../shared/grip";
import { keepFocus } from "../shared/keep_focus";
import { keepKeys } from "../shared/keep_keys";
import { turnOffWithoutPython } from "../shared/needs_python";
import { createRoot } from "../shared/root";
import { createSavedNote } from "../shared/saved_note";
import { settleGestures } from "../shared/settle_gestures";
import { showFocus } from "../shared/show_focus";
import { followTheme } from "../shared/theme";
import { mountAll } from "./all/all";
import { createSequenceList } from "./all/table_list";
import { announceResults } from "./announce";
import { mountBelow } from "./below/below";
import { mountCurrent } from "./current/current";
import { mountHeader } from "./header/header";
import { HEIGHTS, USUAL_HEIGHT } from "./header/view_menu";
import { mountMap } from "./map/map";
import type { Model } from "./model";
import { pressPageKeys } from "./page_keys";
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
  const saved = createSavedNote(model.live.peek(), WITHOUT_PYTHON);
  root.append(saved);
  const columns = part("lvs-columns", root);
  const [current, map, sequences] = ["lvs-current", "lvs-map", "lvs-all"].map((name) =>
    part(name, columns, "section"),
  ) as [HTMLElement, HTMLElement, HTMLElement];
  const below = part("lvs-below", root);
  const status = part("lv-status lvs-status", root);
  const list = createSequenceList(model, view);
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
    mountHeader(root, header, model, view),
    turnOffWithoutPython(root, saved, model.live),
    mountCurrent(current, model, view),
    mountMap(map, model, view),
    mountAll(sequences, list, model, view),
    mountBelow(below, model, view),
    mountStatus(status, list, model, view),
    mountGrip(root, part("lv-grip", root), {
      ...{ value: model.height, usual: USUAL_HEIGHT, limits: HEIGHTS },
      set: (height) => model.set("height", height),
      hold: () => model.hold("height"),
    }),
    announceResults(root, model, view),
    keepAttributes(root, model, view),
    pressPageKeys(root, model),
    keepKeys(root),
    settleGestures(root, () => model.settle()),
    followHover(view.hoveredStep, {
      ...{ links: model._links, step: model._hovered_step, isInSight: () => true },
      set: (step) => model.set("_hovered_step", step),
    }),
    keepFocus(root),
    showFocus(root),
    view.dispose,
    () => root.remove(),
  );
}

const WITHOUT_PYTHON = {
  saved:
    "Saved view: filters, sorting, other sequences and other maps need Python. In a notebook, run the cell again for that.",
  lost: "The kernel no longer knows this view: run the cell again to filter, sort and go to other sequences.",
};
