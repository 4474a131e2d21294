import { effect, signal } from "@preact/signals-core";

/** After so many milliseconds of script, a frame starts no more of the tasks that can wait. */
const BUDGET = 7;
/** After so many frames without time, one step of such a task is run all the same. */
const PATIENCE = 4;

interface Task {
  /** Drawings are numbered as they are made. */
  readonly order: number;
  /** Run one step. Returns whether it was the last one. */
  run(): boolean;
}

let made = 0;

const next = new Set<Task>();
const later = new Set<Task>();
const last = new Set<Task>();
/** Tasks of `later` and `last` that have waited for a frame. */
let ready = new Set<Task>();
let isAskedFor = false;
let framesWaited = 0;

/**
 * Draw now, and again in the next animation frame whenever a signal that `draw` read has changed. Within a frame
 * drawings run in the order in which they were made, whichever signal changed first: so one may use the elements that
 * an earlier one has made.
 */
export function drawOnFrame(draw: () => void): () => void {
  return drawIn(next, atOnce(draw), true);
}

/**
 * Draw after the next frame, and again whenever a signal that `draw` read has changed. This is for drawings that take
 * long and are not looked at first: each frame runs only as many steps as it has time for, so that the plot and what
 * is dragged do not wait. `draw` may return its work as steps, which go on from frame to frame. Signals that are read
 * in these steps are not followed.
 */
export function drawLater(draw: () => Iterator<void> | undefined): () => void {
  return drawIn(later, draw);
}

/** Draw when no task of `drawLater` is left. */
export function drawLast(draw: () => void): () => void {
  return drawIn(last, atOnce(draw));
}

/** Frames without anything to draw after which all is drawn: what is drawn point by point pauses for one. */
const QUIET_FRAMES = 3;
/** What moves is never drawn to the end. */
const MOST_FRAMES = 200;

/** Wait until nothing is left to be drawn. */
export function allDrawn(): Promise<void> {
  return new Promise((resolve) => {
    let [quiet, frames] = [0, 0];
    const look = () => {
      quiet = next.size + later.size + last.size === 0 ? quiet + 1 : 0;
      if (quiet > QUIET_FRAMES || ++frames > MOST_FRAMES) resolve();
      else requestAnimationFrame(look);
    };
    look();
  });
}

const atOnce = (draw: () => void) => () => {
  draw();
  return undefined;
};

function drawIn(queue: Set<Task>, draw: () => Iterator<void> | undefined, due = false): () => void {
  const tick = signal(0);
  let steps: Iterator<void> | undefined;
  const task: Task = {
    order: made++,
    run() {
      if (!steps) {
        due = true;
        tick.value++;
      }
      if (steps?.next().done === false) return false;
      steps = undefined;
      return true;
    },
  };
  const stop = effect(() => {
    tick.value;
    if (due) {
      due = false;
      steps = draw();
      return;
    }
    // A signal has changed between frames. This run reads no signal but `tick`, so that further changes cost nothing
    // until the frame.
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
  for (const task of [...next].sort((a, b) => a.order - b.order)) run(task, next);
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

/** A task that fails is reported, and the others go on. */
function run(task: Task, queue: Set<Task>): void {
  queue.delete(task);
  try {
    // An unfinished task stays the first of its queue.
    if (!task.run()) putFirst(queue, task);
  } catch (error) {
    reportError(error);
  }
}

function putFirst(queue: Set<Task>, task: Task): void {
  const others = [...queue];
  queue.clear();
  for (const each of [task, ...others]) queue.add(each);
}
