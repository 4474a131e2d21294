import { sureness } from "../../shared/classes";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { labelBackground } from "../../shared/label_colors";
import type { Range } from "../../shared/ranges";
import { formatCount, formatValue, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { matchedSteps } from "./matched";
import type { Scene } from "./scene";
import { brushWords, createWordPlaces } from "./word_brush";
import { pressWordKeys } from "./word_keys";
import { scrollTo, type WordPlace } from "./word_places";
import type { CurrentWords } from "./words";

const TITLE =
  "click: go to this step; drag: select steps (Shift: extend); arrow keys, with Shift to select; Enter: go there; Escape: select nothing";
let views = 0;

/** The words of the current sequence, each in the colour of the class that is expected after it. */
export function mountWordFlow(host: HTMLElement, scene: Scene, model: Model, view: ViewState): () => void {
  const part = create("div", "lvs-part");
  const flow = create("div", "lvs-words", {
    "data-part": "words",
    role: "listbox",
    tabindex: "0",
    title: TITLE,
    "aria-label": "words of the sequence",
    "aria-multiselectable": "true",
  });
  const moves = mountMoves(model);
  part.append(moves.element, flow);
  host.append(part);
  const id = `lvs-word-${views++}`;
  const places = createWordPlaces(flow);
  const boxOf = (step: number | null) =>
    step === null
      ? undefined
      : (flow.children[step - (model._words.peek()?.start ?? 0)] as HTMLElement | undefined);
  const intoSight = (step: number) => {
    const box = boxOf(step);
    if (box && flow.scrollHeight > flow.clientHeight) {
      const { offsetTop: top, offsetHeight: height } = box;
      flow.scrollTop = scrollTo(
        { top: top - 4, height: height + 8 } as WordPlace,
        flow.scrollTop,
        flow.clientHeight,
      );
    }
  };
  const mark = createMarks(boxOf);

  return all(
    drawOnFrame(() => {
      drawWords(flow, id, model);
      places.forget();
      mark.forget();
    }),
    drawOnFrame(() => drawMatched(flow, model)),
    drawOnFrame(() => {
      model._words.value;
      mark.selection(model.selection.value);
    }),
    drawOnFrame(() => {
      model._words.value;
      // Words flow anew in another width.
      scene.room.value;
      const step = model.position.value;
      mark.position(step);
      intoSight(step);
    }),
    drawOnFrame(() => {
      const words = model._words.value;
      const step = view.hoveredStep.value;
      const box = mark.hovered(step);
      setAttribute(flow, "aria-activedescendant", box && step !== null ? `${id}-${step}` : null);
      if (box && words && step !== null) setAttribute(box, "aria-label", wordLabel(words, step, view));
    }),
    listen(flow, "pointermove", (event) => {
      const box = (event.target as Element).closest<HTMLElement>(".lvs-word");
      if (box) view.hoveredStep.value = Number(box.dataset.step);
    }),
    listen(flow, "pointerleave", () => {
      view.hoveredStep.value = null;
    }),
    brushWords(flow, places, model, view),
    pressWordKeys(flow, places, intoSight, model, view),
    moves.dispose,
    () => part.remove(),
  );
}

function drawWords(flow: HTMLElement, id: string, model: Model): void {
  const words = model._words.value;
  const output = model._output.value;
  const count = words?.words.length ?? 0;
  const boxes = pool(flow, count, () => create("span", "lvs-word", { role: "option", dir: "auto" }));
  boxes.forEach((box, i) => {
    if (!words) return;
    const step = words.start + i;
    const token = words.words[i] as string;
    if (box.dataset.step !== String(step)) {
      box.dataset.step = String(step);
      box.id = `${id}-${step}`;
    }
    setText(box, visibleToken(token));
    box.removeAttribute("aria-label");
    box.classList.toggle("lv-blank", token.trim() === "");
    const code = words.codes?.[i] ?? -1;
    const color =
      code >= 0 && output ? labelBackground(code, sureness(words.confidence?.[i], output)) : "var(--lv-word)";
    if (box.dataset.color !== color) {
      box.dataset.color = color;
      box.style.background = color;
    }
  });
}

/** What a screen reader says of a word: "war, 1925–1969 0.57". */
export function wordLabel(
  { words, codes, confidence, start }: Pick<CurrentWords, "words" | "codes" | "confidence" | "start">,
  step: number,
  view: Pick<ViewState, "className">,
): string {
  const i = step - start;
  const code = codes?.[i] ?? -1;
  const word = visibleToken(words[i] ?? "");
  if (code < 0) return word;
  return `${word}, ${view.className.value(code)} ${formatValue(confidence?.[i] ?? Number.NaN)}`;
}

/** Words in matches of the linked explorer have a line under them. */
function drawMatched(flow: HTMLElement, model: Model): void {
  const words = model._words.value;
  if (!words) return;
  const matched = matchedSteps(model._matches.value, [words.start, words.stop]);
  for (let i = 0; i < flow.children.length; i++) {
    flow.children[i]?.classList.toggle("lvs-matched", matched[i] === 1);
  }
}

/** Marks that change only the words that differ, since there may be thousands. */
function createMarks(boxOf: (step: number | null) => HTMLElement | undefined) {
  let selected: Range = [0, 0];
  const current: Record<string, HTMLElement | undefined> = {};
  const one = (name: string, step: number | null) => {
    const box = boxOf(step);
    if (current[name] !== box) {
      current[name]?.classList.remove(name);
      box?.classList.add(name);
      current[name] = box;
    }
    return box;
  };
  const select = ([start, stop]: Range, yes: boolean, [from, to]: Range) => {
    for (let step = start; step < stop; step++) {
      if (step >= from && step < to) continue;
      const box = boxOf(step);
      box?.classList.toggle("lvs-selected", yes);
      if (box) setAttribute(box, "aria-selected", String(yes));
    }
  };
  return {
    /** The words are others now. */
    forget() {
      for (const [name, box] of Object.entries(current)) box?.classList.remove(name);
      for (const name of Object.keys(current)) delete current[name];
      selected = [0, 0];
    },
    hovered: (step: number | null) => one("lv-hovered", step),
    position(step: number) {
      const before = current["lvs-position"];
      const box = one("lvs-position", step);
      if (before !== box) before?.removeAttribute("aria-current");
      box?.setAttribute("aria-current", "step");
    },
    selection(range: Range | null) {
      const next = range ?? [0, 0];
      select(selected, false, next);
      select(next, true, selected);
      selected = next;
    },
  };
}

/** Of a long sequence, which steps are there, and buttons that move on. */
function mountMoves(model: Model) {
  const text = create("span", "lv-aside", { "data-part": "steps-shown" });
  const button = (name: string, label: string, sign: string) =>
    create(
      "button",
      "lvs-plain",
      { "data-part": name, type: "button", title: label, "aria-label": label },
      sign,
    );
  const earlier = button("earlier-steps", "earlier steps of this sequence", "◀");
  const later = button("later-steps", "later steps of this sequence", "▶");
  const element = create("div", "lvs-moves", {}, text, earlier, later);
  const dispose = all(
    drawOnFrame(() => {
      const words = model._words.value;
      element.hidden = !words || (words.start === words.first && words.stop === words.end);
      if (!words) return;
      setText(text, stepsText(words));
      earlier.disabled = !model.live.value || words.start === words.first;
      later.disabled = !model.live.value || words.stop === words.end;
    }),
    // The steps around the position are sent.
    listen(earlier, "click", () => {
      const words = model._words.peek();
      if (words) model.set("position", words.start);
    }),
    listen(later, "click", () => {
      const words = model._words.peek();
      if (words) model.set("position", Math.min(words.stop, words.end - 1));
    }),
  );
  return { element, dispose };
}

/** "steps 0…1,999 of 5,000": which steps of a sequence are there, counted from its start. */
export function stepsText({ first, end, start, stop }: Omit<CurrentWords, "words">): string {
  return `steps ${formatCount(start - first)}…${formatCount(stop - 1 - first)} of ${formatCount(end - first)}`;
}
