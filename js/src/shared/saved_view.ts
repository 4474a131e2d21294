import { joinPageAround } from "./framed";
import { savedTransport } from "./saved";
import type { Transport } from "./transport";

/** By this id `to_html` of a widget puts the view into its file. */
const SAVED = "lstmvis-saved-view";

/** In a file that was saved nobody calls `render`: show what is saved in it. */
export function showSavedView(show: (host: HTMLElement, transport: Transport) => void): void {
  const saved = document.getElementById(SAVED)?.textContent;
  const host = document.querySelector("main");
  if (!saved || !host) return;
  show(host, savedTransport(saved));
  joinPageAround(document.body);
}
