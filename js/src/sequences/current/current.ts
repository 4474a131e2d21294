import { create } from "../../shared/dom";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

export function mountCurrent(host: HTMLElement, _model: Model, _view: ViewState): () => void {
  host.append(create("p", "", {}, "current"));
  return () => undefined;
}
