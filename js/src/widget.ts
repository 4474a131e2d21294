import type { RenderProps } from "@anywidget/types";
import { createModel } from "./explorer/model";
import { mountPage } from "./explorer/page";
import { showSavedView } from "./shared/saved_view";

function render({ model, el }: RenderProps): () => void {
  const synced = createModel(model);
  const removePage = mountPage(el, synced);
  synced.tellOfView(1);
  return () => {
    removePage();
    synced.dispose();
    synced.tellOfView(-1);
  };
}

showSavedView((host, saved) => mountPage(host, createModel(saved)));

export default { render };
