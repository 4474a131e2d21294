import { type ReadonlySignal, signal } from "@preact/signals-core";

/** What is used of a notebook's model to learn whether a kernel listens. */
export interface Listened {
  /** False where there is no Python at all. */
  live?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: any value.
  get(name: string): any;
  set(name: string, value: unknown): void;
  on(event: string, callback: (source?: unknown) => void): void;
  off(event: string, callback: (source?: unknown) => void): void;
}

/** What the page can show by itself once it is set; all else would have to be computed. */
const NEEDS_NO_PYTHON = new Set([
  "position",
  "word_width",
  "value_axis",
  "visible_tracks",
  "match_tracks",
  "color_by",
  "dim_tracks",
  "fold_matches",
  "show_coverage",
  "min_run",
  "_label_table",
  "_hovered_step",
  "_visible_steps",
]);

export function needsPython(trait: string): boolean {
  return !NEEDS_NO_PYTHON.has(trait);
}

/** A trait that means nothing here, set and put back: Jupyter's model comes with the change that it tells of. */
const PROBE = "_hovered_step";

/** Whether Python answers. An executed notebook that was saved as HTML shows widgets without it, as does a lost kernel. */
export function watchLive(transport: Listened): { live: ReadonlySignal<boolean>; dispose: () => void } {
  const ask = () => {
    if (transport.live === false) return false;
    let heard = true;
    const hear = (source?: unknown) => {
      if ((source as { comm_live?: boolean } | undefined)?.comm_live === false) heard = false;
    };
    const before = transport.get(PROBE) ?? null;
    transport.on(`change:${PROBE}`, hear);
    transport.set(PROBE, before === null ? 0 : null);
    transport.set(PROBE, before);
    transport.off(`change:${PROBE}`, hear);
    return heard;
  };
  const live = signal(ask());
  const changed = () => {
    live.value = ask();
  };
  transport.on("comm_live_update", changed);
  return { live, dispose: () => transport.off("comm_live_update", changed) };
}
