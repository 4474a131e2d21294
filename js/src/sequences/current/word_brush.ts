import { onDrag } from "../../shared/drag";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { brushedRange, fartherEnd, type Range } from "../../shared/ranges";
import { repeatOnFrames } from "../../shared/repeat";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { type WordPlace, wordAt } from "./word_places";

/** A press that moves less than this, in pixels, is a click. */
const CLICK = 4;
/** While the pointer is held above or below the words, they scroll by so many pixels each so many milliseconds. */
const [SCROLL, SCROLL_INTERVAL] = [26, 60];

/** Where the words stand, measured when it is asked for. */
export interface WordPlaces {
  all(): readonly WordPlace[];
  /** The words are others, or stand elsewhere. */
  forget(): void;
}

export function createWordPlaces(flow: HTMLElement): WordPlaces {
  let known: WordPlace[] | null = null;
  let width = 0;
  return {
    all() {
      if (!known || width !== flow.clientWidth) {
        width = flow.clientWidth;
        known = ([...flow.children] as HTMLElement[]).map((box) => ({
          left: box.offsetLeft,
          top: box.offsetTop,
          width: box.offsetWidth,
          height: box.offsetHeight,
        }));
      }
      return known;
    },
    forget() {
      known = null;
    },
  };
}

/** A click on a word goes to its step. A drag over words selects them; with Shift the selection is extended. */
export function brushWords(flow: HTMLElement, places: WordPlaces, model: Model, view: ViewState): () => void {
  const stepUnder = (event: PointerEvent) => {
    const words = model._words.peek();
    const [x, y] = placeIn(flow, event);
    const inside = clamp(y, 0, flow.clientHeight - 1);
    const i = wordAt(places.all(), x, inside + flow.scrollTop);
    return words && i >= 0 ? words.start + i : null;
  };
  return onDrag(flow, (down) => {
    const words = model._words.peek();
    const pressed = stepUnder(down);
    // A press beside the words is on the scroll bar.
    if (down.altKey || !words || pressed === null || placeIn(flow, down)[0] > flow.clientWidth) return null;
    flow.focus({ preventScroll: true });
    const bounds: Range = [words.first, words.end];
    const before = model.selection.peek();
    const extended = down.shiftKey && isWithin(before, bounds) ? before : null;
    const anchor = extended ? fartherEnd(extended, pressed) : pressed;
    const from = placeIn(flow, down);
    const release = model.hold("selection");
    let brushing = false;
    const reach = (step: number) => {
      brushing = true;
      model.set("selection", brushedRange(anchor, step, bounds));
      view.hoveredStep.value = step;
    };
    let last = down;
    let stopScrolling = () => {};
    let direction = 0;
    const scroll = (towards: number) => {
      if (towards === direction) return;
      direction = towards;
      stopScrolling();
      stopScrolling = towards
        ? repeatOnFrames(SCROLL_INTERVAL, () => {
            flow.scrollTop += direction * SCROLL;
            const step = stepUnder(last);
            if (step !== null) reach(step);
          })
        : () => {};
    };
    if (extended) reach(pressed);
    return {
      move(event) {
        last = event;
        const [x, y] = placeIn(flow, event);
        if (!brushing && Math.hypot(x - from[0], y - from[1]) < CLICK) return;
        scroll(y < 0 ? -1 : y > flow.clientHeight ? 1 : 0);
        const step = stepUnder(event);
        if (step !== null) reach(step);
      },
      end() {
        scroll(0);
        release();
        if (!brushing) model.set("position", pressed);
      },
      cancel() {
        scroll(0);
        if (brushing) model.set("selection", before);
        release();
      },
    };
  });
}

/** Whether a selection lies in the sequence: one elsewhere can't be extended to here. */
export function isWithin(selection: Range | null, [first, end]: Range): selection is Range {
  return selection !== null && selection[0] >= first && selection[1] <= end;
}
