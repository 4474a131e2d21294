import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { formatCount, formatValue, visibleToken } from "../../shared/text";
import type { SequenceTable } from "../all/sequences";
import type { Model } from "../model";
import { pinnedWith, TOO_MANY, togglePinned } from "../pinning";
import type { ViewState } from "../view_state";
import { createClassMark, drawClassMark } from "./class_mark";
import { greatestIn } from "./columns";
import { lengthText, numberText, placeText, sequenceAfter, settledText, verdictOf } from "./facts";
import type { CurrentWords } from "./words";

/** What is known of the current sequence, and buttons that go to others and pin it. */
export function mountFacts(host: HTMLElement, model: Model, view: ViewState): () => void {
  const button = (part: string, label: string, text: string) =>
    create(
      "button",
      "lvs-plain",
      { "data-part": part, type: "button", title: label, "aria-label": label },
      text,
    );
  const number = create("strong", "", {
    title: "its number, as in Python: sequences.sequence, counted from 0",
  });
  const place = create("span", "lv-aside", { "data-part": "sequence-place" });
  const before = button("sequence-before", "the sequence before, of those shown", "◀");
  const after = button("sequence-after", "the next sequence, of those shown", "▶");
  const pin = create("button", "lvs-more", { "data-part": "pin-sequence", type: "button" });
  const heading = create("div", "lvs-part-head", { "data-part": "sequence-heading" });
  heading.append(
    create("span", "lvs-part-title", {}, number, " · ", place),
    create("span", "", {}, before, after),
    pin,
  );
  const facts = create("dl", "lvs-fact-list", { "data-part": "sequence-facts" });
  const row = (name: string, part: string, ...content: Node[]) => {
    const value = create("dd", "", { "data-part": part }, ...content);
    facts.append(create("dt", "", {}, name), value);
    return value;
  };
  const [target, said] = [createClassMark(), createClassMark()];
  const [noTarget, noSaid] = [create("span", "lv-aside"), create("span", "lv-aside")];
  const confidence = create("span", "lv-aside");
  const verdict = create("span", "lvs-verdict");
  row("true", "true-class", target, noTarget);
  row("said", "said-class", said, confidence, verdict, noSaid);
  const settled = row("settled", "settled");
  const length = row("length", "length");
  const jump = create("button", "lvs-more", { "data-part": "largest-jump", type: "button" });
  const noJump = create("span", "lv-aside");
  const jumpRow = row("jump", "jump-fact", jump, noJump);
  jumpRow.title = "the largest jump of the state from one step to the next";
  const part = create("div", "lvs-part", {}, heading, facts);
  host.append(part);

  const goBy = (by: 1 | -1) => {
    const to = sequenceAfter(model._order.peek(), model.sequence.peek(), by);
    if (to !== null) model.set("sequence", to);
  };
  return all(
    drawOnFrame(() => {
      const table = model._sequences.value;
      const order = model._order.value;
      const sequence = model.sequence.value;
      const live = model.live.value;
      facts.hidden = !table || table.count === 0;
      setText(number, table?.count === 0 ? "No sequences" : `Sequence ${numberText(sequence)}`);
      setText(place, table && table.count > 0 ? placeText(sequence, table.count, order) : "");
      before.disabled = !live || sequenceAfter(order, sequence, -1) === null;
      after.disabled = !live || sequenceAfter(order, sequence, 1) === null;
      const pinned = model.pinned_sequences.value;
      const why = pinnedWith(pinned, sequence) ? "" : TOO_MANY;
      const isPinned = pinned.includes(sequence);
      pin.hidden = !table || table.count < 2;
      pin.disabled = !live || why !== "";
      setText(pin, isPinned ? "unpin" : "pin");
      setAttribute(pin, "aria-pressed", String(isPinned));
      setAttribute(
        pin,
        "aria-label",
        isPinned ? "unpin this sequence" : "pin this sequence to compare it with others",
      );
      setAttribute(pin, "title", why || "keep its trajectory on the map, and compare it with others below");
    }),
    drawOnFrame(() => {
      const table = model._sequences.value;
      const sequence = model.sequence.value;
      if (!table || sequence >= table.count) return;
      const hasOutput = model._output.value !== null;
      const targetPlace = table.target?.[sequence] ?? -1;
      const saidPlace = table.prediction?.[sequence] ?? -1;
      target.hidden = targetPlace < 0;
      if (targetPlace >= 0) drawClassMark(target, targetPlace, view);
      setText(
        noTarget,
        targetPlace >= 0 ? "" : hasOutput ? "not known: pass targets=… to OutputTrack" : "not known",
      );
      said.hidden = saidPlace < 0;
      if (saidPlace >= 0) drawClassMark(said, saidPlace, view);
      // The table of sequences may still be on its way.
      setText(noSaid, saidPlace >= 0 || hasOutput ? "" : "not known: pass output=OutputTrack(…)");
      const sure = table.confidence?.[sequence];
      setText(confidence, sure === undefined ? "" : `confidence ${formatValue(sure)}`);
      const right = verdictOf(targetPlace, saidPlace);
      setText(verdict, right ? `${right.mark} ${right.word}` : "");
      verdict.classList.toggle("lvs-verdict-wrong", right?.word === "wrong");
      const [start, stop] = [table.bounds[sequence] as number, table.bounds[sequence + 1] as number];
      setText(length, lengthText(start, stop));
      const known = table.settled !== null && table.changes !== null;
      (settled.previousElementSibling as HTMLElement).hidden = settled.hidden = !known;
      const settledAt = (table.settled?.[sequence] ?? start) - start;
      setText(settled, settledText(settledAt, table.changes?.[sequence] ?? 0, stop - start));
    }),
    drawOnFrame(() => {
      const found = largestJump(model._sequences.value, model._words.value, model.sequence.value);
      jump.hidden = found === null;
      jump.disabled = !model.live.value;
      const words = model._words.value;
      if (!found) {
        const single = words !== null && words.end - words.first === 1;
        setText(noJump, single ? "none: a single step" : words?.distances ? "none" : "…");
        return;
      }
      setText(noJump, "");
      const i = found.step - (words?.start ?? 0);
      const [from, to] = [words?.words[i], words?.words[i + 1]];
      const where =
        from === undefined || to === undefined
          ? `at step ${formatCount(found.step)}`
          : `${visibleToken(from)} → ${visibleToken(to)}`;
      setText(jump, `${formatValue(found.distance)}, ${where}`);
      setAttribute(jump, "aria-label", `largest jump ${formatValue(found.distance)}, ${where}: explain it`);
    }),
    listen(before, "click", () => goBy(-1)),
    listen(after, "click", () => goBy(1)),
    listen(pin, "click", () => togglePinned(model.sequence.peek(), model, view)),
    listen(jump, "click", () => {
      const found = largestJump(model._sequences.peek(), model._words.peek(), model.sequence.peek());
      if (found) model.set("jump", found.step);
    }),
    () => part.remove(),
  );
}

/** The largest jump of a sequence, as the table or else the steps that are there tell; null: not known, or none. */
export function largestJump(
  table: Pick<SequenceTable, "largestJump" | "largestJumpAt"> | null,
  words: Pick<CurrentWords, "sequence" | "start" | "stop" | "distances"> | null,
  sequence: number,
): { step: number; distance: number } | null {
  const step = table?.largestJumpAt?.[sequence] ?? -1;
  if (step >= 0) return { step, distance: table?.largestJump?.[sequence] ?? Number.NaN };
  if (words?.sequence !== sequence || !words.distances || words.stop <= words.start) return null;
  const { start, stop, distances } = words;
  const all = { start, stop, stride: stop - start, count: 1, step: 1, span: 1 };
  const best = greatestIn(all, distances)[0] as number;
  return best < 0 ? null : { step: best, distance: distances[best - start] as number };
}
