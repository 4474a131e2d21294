import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { classRows } from "../../shared/classes";
import { textWidth } from "../../shared/fit_text";
import { clamp } from "../../shared/numbers";
import { visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { type Columns, columnsFor } from "./columns";

/** Font size of the names of classes in the style sheet. */
export const NAME_SIZE = 10.5;
/** Room beside a name for the colour of its class, and for the gap before the columns. */
export const MARK_ROOM = 20;
/** Room for the numbers of an axis. */
const LEAST_LABEL = 40;
/** Names take at most this share of the width. */
const MOST_LABEL_SHARE = 0.32;
const MOST_LABEL = 120;

/** What the charts of the current sequence have in common. */
export interface Scene {
  /** Width in pixels of this part of the page. */
  readonly room: Signal<number>;
  /** Width of the column of names beside the charts. */
  readonly label: ReadonlySignal<number>;
  /** Where the steps of the current sequence stand; null until there is room and a sequence. */
  readonly columns: ReadonlySignal<Columns | null>;
}

export function createScene(model: Model, view: ViewState): Scene {
  const room = signal(0);
  const label = computed(() => {
    const output = model._output.value;
    // That of the true class is bold.
    const font = `650 ${NAME_SIZE}px ${view.colors.value.font}`;
    const widths = output
      ? classRows(output).map(({ name }) => textWidth(visibleToken(name), font) + MARK_ROOM)
      : [];
    const most = Math.max(LEAST_LABEL, Math.min(MOST_LABEL, room.value * MOST_LABEL_SHARE));
    return Math.ceil(clamp(Math.max(LEAST_LABEL, ...widths), LEAST_LABEL, most));
  });
  const columns = computed(() => {
    const words = model._words.value;
    if (!words || room.value === 0) return null;
    return columnsFor([words.start, words.stop], room.value - label.value);
  });
  return { room, label, columns };
}
