import { all, create } from "../../shared/dom";
import { followSize } from "../../shared/follow_size";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountCompared } from "./compared";
import { mountFacts } from "./facts_list";
import { mountJumps } from "./jumps";
import { mountMatrix } from "./matrix";
import { createScene } from "./scene";
import { mountWordFlow } from "./word_flow";

/** The current sequence: facts, words, expected classes, jumps; and the pinned sequences beside it. */
export function mountCurrent(host: HTMLElement, model: Model, view: ViewState): () => void {
  const inner = create("div", "lvs-current-parts");
  host.append(inner);
  const scene = createScene(model, view);
  return all(
    followSize(inner, () => {
      if (inner.clientWidth > 0) scene.room.value = inner.clientWidth;
    }),
    drawOnFrame(() => inner.style.setProperty("--lvs-label", `${scene.label.value}px`)),
    mountFacts(inner, model, view),
    mountWordFlow(inner, scene, model, view),
    mountMatrix(inner, scene, model, view),
    mountJumps(inner, scene, model, view),
    mountCompared(inner, scene, model, view),
    () => inner.remove(),
  );
}
