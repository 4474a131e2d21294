import type { RenderProps } from "@anywidget/types";
import { createModel } from "./scatter/model";
import { mountScatter } from "./scatter/page";

function render({ model, el }: RenderProps): () => void {
  const synced = createModel(model);
  const remove = mountScatter(el, synced);
  return () => {
    remove();
    synced.dispose();
  };
}

export default { render };
