import { all, create } from "../../shared/dom";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountCausePanel } from "./cause_panel";
import { mountSelectedPanel } from "./selected_panel";

/** What tells the selected steps from the rest, and what the chosen jump was made of. */
export function mountBelow(host: HTMLElement, model: Model, view: ViewState): () => void {
  const selected = create("section", "lvs-panel", {
    "data-part": "selected-panel",
    "aria-label": "selected steps",
  });
  const cause = create("section", "lvs-panel", {
    "data-part": "cause-panel",
    "aria-label": "the chosen jump",
  });
  host.append(selected, cause);
  return all(mountSelectedPanel(selected, model), mountCausePanel(cause, model, view), () =>
    host.replaceChildren(),
  );
}
