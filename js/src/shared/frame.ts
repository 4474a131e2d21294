import { effect, signal } from "@preact/signals-core";

/** Milliseconds of script after which a frame begins nothing more of what can be drawn later. */
const BUDGET = 7;
/** After so many frames without time for that, a step of it is drawn nevertheless. */
const PATIENCE = 4;

/** Draws, or does a step of it. Returns whether that was the last one. */
type Task = () => boolean;

const next = new Set<Task>();
const later = new Set<Task>();
const last = new Set<Task>();
/** Those of `later` and `last` that have waited for a frame. */
let ready = new Set<Task>();
let isAskedFor = false;
let framesWaited = 0;

/** Draw now, and again in the next animation frame whenever a signal that `draw` read has changed. */
export function drawOnFrame(draw: () => void): () => void {
  return drawIn(next, atOnce(draw), true);
}

/**
 * Draw after the next frame, now and whenever a signal that `draw` read has changed, and no more in a frame than there
 * is time for: for what takes long and is not looked at first, so that the plot and what is being dragged do not wait
 * for it. `draw` may give the steps of its work, which then go on from frame to frame; signals that these read are not
 * followed.
 */
export function drawLater(draw: () => Iterator<void> | undefined): () => void {
  return drawIn(later, draw);
}

/** Draw once nothing is left that is drawn later. */
export function drawLast(draw: () => void): () => void {
  return drawIn(last, atOnce(draw));
}

const atOnce = (draw: () => void) => () => {
  draw();
  return undefined;
};

function drawIn(queue: Set<Task>, draw: () => Iterator<void> | undefined, due = false): () => void {
  const tick = signal(0);
  let steps: Iterator<void> | undefined;
  const task = () => {
    if (!steps) {
      due = true;
      tick.value++;
    }
    if (steps?.next().done === false) return false;
    steps = undefined;
    return true;
  };
  const stop = effect(() => {
    tick.value;
    if (due) {
      due = false;
      steps = draw();
      return;
    }
    // A signal changed between frames. This run reads nothing else, so further changes cost nothing until the frame.
    steps = undefined;
    queue.add(task);
    askForFrame();
  });
  return () => {
    stop();
    queue.delete(task);
  };
}

function askForFrame(): void {
  if (!isAskedFor) requestAnimationFrame(drawFrame);
  isAskedFor = true;
}

function drawFrame(): void {
  isAskedFor = false;
  const begun = performance.now();
  for (const task of [...next]) run(task, next);
  framesWaited++;
  while (performance.now() - begun < BUDGET || framesWaited > PATIENCE) {
    const queue = later.size > 0 ? later : last;
    const task = [...queue].find((each) => ready.has(each));
    if (!task) break;
    framesWaited = 0;
    run(task, queue);
  }
  ready = new Set([...later, ...last]);
  if (ready.size > 0) askForFrame();
}

/** One that fails is reported and leaves the others alone. */
function run(task: Task, queue: Set<Task>): void {
  queue.delete(task);
  try {
    // What is unfinished stays the first of its queue.
    if (!task()) putFirst(queue, task);
  } catch (error) {
    reportError(error);
  }
}

function putFirst(queue: Set<Task>, task: Task): void {
  const others = [...queue];
  queue.clear();
  for (const each of [task, ...others]) queue.add(each);
}
