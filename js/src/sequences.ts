import type { RenderProps } from "@anywidget/types";
import { createModel } from "./sequences/model";
import { mountPage } from "./sequences/page";

function render({ model, el }: RenderProps): () => void {
  const synced = createModel(model);
  const remove = mountPage(el, synced);
  return () => {
    remove();
    synced.dispose();
  };
}

export default { render };
