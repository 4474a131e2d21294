import { create } from "../../shared/dom";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

export function mountBelow(host: HTMLElement, _model: Model, _view: ViewState): () => void {
  host.append(create("p", "", {}, "below"));
  return () => undefined;
}
