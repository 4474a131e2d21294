import type { RenderProps } from "@anywidget/types";
import { createModel } from "./sequences/model";
import { mountPage } from "./sequences/page";
import { showSavedView } from "./shared/saved_view";

function render({ model, el }: RenderProps): () => void {
  const synced = createModel(model);
  const remove = mountPage(el, synced);
  return () => {
    remove();
    synced.dispose();
  };
}

showSavedView((host, saved) => mountPage(host, createModel(saved)));

export default { render };
