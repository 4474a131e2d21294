import type { RenderProps } from "@anywidget/types";
import { createModel, type Transport } from "./model";
import { mountPage } from "./page";

function render({ model, el }: RenderProps): () => void {
  const synced = createModel(model as Transport);
  const removePage = mountPage(el, synced);
  return () => {
    removePage();
    synced.dispose();
  };
}

export default { render };
