import type { Model } from "./model";
import type { ViewState } from "./view_state";

/** Trajectories that can be kept on the map: more can't be told apart. As in Python. */
export const MOST_PINNED = 12;

/** What is said where one more can't be pinned. */
export const TOO_MANY = `At most ${MOST_PINNED} sequences can be pinned: let one go first.`;

/** Pin a sequence, or let it go. */
export function togglePinned(sequence: number, model: Model, view: ViewState): void {
  const pinned = pinnedWith(model.pinned_sequences.peek(), sequence);
  if (pinned) {
    model.set("pinned_sequences", pinned);
    model.settle();
  } else view.say(TOO_MANY);
}

/** The pinned sequences with one more, or without it, in ascending order; null if that were too many. */
export function pinnedWith(pinned: readonly number[], sequence: number): number[] | null {
  if (pinned.includes(sequence)) return pinned.filter((other) => other !== sequence);
  return pinned.length >= MOST_PINNED ? null : [...pinned, sequence].sort((a, b) => a - b);
}
