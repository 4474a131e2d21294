import { drawFiner } from "../follow_size";
import { allDrawn } from "../frame";
import { recordDrawing } from "./canvases";
import { createIds, mark, write } from "./marks";
import { marksOfPage } from "./page_marks";

/** What a widget says of its picture. */
export interface Pictured {
  root: HTMLElement;
  /** Selectors of what is there to be used, and not to be looked at, besides what is so in every widget. */
  leftOut: readonly string[];
  /** The part that would grow into the room of what is left out. */
  growing?: string;
  /** What is shown, in words, for the name of a file. */
  name: () => readonly string[];
}

export interface Picture {
  /** An SVG file. */
  text: string;
  /** Of the page, in pixels. */
  width: number;
  height: number;
}

/** Mark a menu whose choice tells what is shown: the choice is part of pictures, as text. */
export function pictured<E extends HTMLElement>(menu: E): E {
  menu.dataset.pictured = "";
  return menu;
}

/** What is no part of any picture: controls, what closes or scrolls, and what is said about the page itself. */
const LEFT_OUT = [
  "input",
  "select:not([data-pictured])",
  "textarea",
  "details",
  "label:has(input, select:not([data-pictured]))",
  ".lv-button",
  ".lv-head-button > [aria-hidden]", // its arrow
  ".lv-unseen",
  ".lv-grip",
  ".lv-help",
  ".lv-saved-note",
  ".lv-progress",
  ".lv-error",
];

let before: Promise<unknown> = Promise.resolve();

/** Draw what the page shows once more, as shapes and texts: of several widgets, one after the other. */
export function takePicture(taken: Pictured): Promise<Picture> {
  const picture = before.then(() => take(taken));
  // What was taken isn't kept.
  before = picture.then(nothing, nothing);
  return picture;
}

function nothing(): void {}

async function take(taken: Pictured): Promise<Picture> {
  const nextId = createIds();
  const recording = recordDrawing(nextId);
  const coarser = drawFiner(taken.root);
  try {
    await allDrawn();
    return withoutControls(taken, (controls) => {
      const { root } = taken;
      const [width, height] = [root.offsetWidth, root.offsetHeight];
      const size = { width, height, viewBox: `0 0 ${width} ${height}` };
      const namespaces = {
        xmlns: "http://www.w3.org/2000/svg",
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
      };
      const title = mark("title", {}, taken.name().join(", "));
      const marks = marksOfPage(root, controls, recording, nextId);
      return {
        text: write(mark("svg", { ...namespaces, ...size, "xml:space": "preserve" }, title, ...marks)),
        width,
        height,
      };
    });
  } finally {
    recording.stop();
    coarser();
  }
}

/**
 * Look at the page as it is without its controls, of which `look` is told. It is as before when the browser draws next:
 * nobody sees it. Controls only take no room: hidden ones would lose the focus.
 */
function withoutControls<T>({ root, leftOut, growing }: Pictured, look: (controls: Set<Element>) => T): T {
  const heightOf = () => (growing ? (root.querySelector<HTMLElement>(growing)?.offsetHeight ?? 0) : 0);
  const controls = root.querySelectorAll<HTMLElement>([...LEFT_OUT, ...leftOut].join());
  const before = { height: root.style.height, whole: root.offsetHeight, growing: heightOf() };
  for (const { style } of controls) style.setProperty("position", "absolute", "important");
  // What would grow is as high as before, and the page is the less high.
  const more = heightOf() - before.growing;
  if (more > 0) root.style.height = `${before.whole - more}px`;
  try {
    return look(new Set(controls));
  } finally {
    root.style.height = before.height;
    for (const { style } of controls) style.position = "";
  }
}
