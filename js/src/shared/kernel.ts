import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Transport } from "./transport";

/**
 * Watch whether a kernel answers. None does in an executed notebook that was saved as HTML, or after the kernel was
 * lost.
 *
 * Only Jupyter's own model knows this. anywidget does not give access to it, but every change event carries it. So a
 * trait, `probe`, is changed and put back. Other hosts are assumed to have a kernel.
 */
export function watchKernel(
  transport: Transport,
  probe: string | null,
): { live: ReadonlySignal<boolean>; dispose: () => void } {
  const live = signal(answers(transport, probe));
  const changed = () => {
    live.value = answers(transport, probe);
  };
  transport.on("comm_live_update", changed);
  return { live, dispose: () => transport.off("comm_live_update", changed) };
}

function answers(transport: Transport, probe: string | null): boolean {
  if (transport.live === false) return false;
  if (probe === null) return true;
  let isLive = true;
  const hear = (source?: unknown) => {
    if ((source as { comm_live?: boolean } | undefined)?.comm_live === false) isLive = false;
  };
  const before = transport.get(probe) ?? null;
  transport.on(`change:${probe}`, hear);
  transport.set(probe, before === null ? 0 : null);
  transport.set(probe, before);
  transport.off(`change:${probe}`, hear);
  return isLive;
}
