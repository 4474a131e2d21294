import type { RenderProps } from "@anywidget/types";
import { createModel } from "./explorer/model";
import { mountPage } from "./explorer/page";
import { savedTransport } from "./explorer/saved";

/** By this id `StateExplorer.to_html` puts the view into its file. */
const SAVED = "lstmvis-saved-view";

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

/** In such a file nobody calls `render`. */
function showSavedView(): void {
  const saved = document.getElementById(SAVED)?.textContent;
  const host = document.querySelector("main");
  if (saved && host) mountPage(host, createModel(savedTransport(saved)));
}

showSavedView();

export default { render };
