import type { RenderProps } from "@anywidget/types";
import { createModel } from "./scatter/model";
import { mountScatter } from "./scatter/page";
import { showSavedView } from "./shared/saved_view";

function render({ model, el }: RenderProps): () => void {
  const synced = createModel(model);
  const remove = mountScatter(el, synced);
  return () => {
    remove();
    synced.dispose();
  };
}

showSavedView((host, saved) => mountScatter(host, createModel(saved)));

export default { render };
