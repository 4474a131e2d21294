import { watchDrawing } from "../canvas";
import { type Mark, mark, type NextId } from "./marks";
import { createWrittenPath, frame, Sketch } from "./sketch";

/** What is drawn on canvases, from when this is made. */
export interface Recording {
  /** What is on a canvas, in its own pixels: shapes, or a picture. */
  marksOf(canvas: HTMLCanvasElement): Mark[];
  stop(): void;
}

/** Write down as shapes what is drawn on canvases. */
export function recordDrawing(nextId: NextId): Recording {
  const sketches = new Map<HTMLCanvasElement, Sketch>();
  const marksOf = (canvas: HTMLCanvasElement): Mark[] => sketches.get(canvas)?.marks() ?? [inPixels(canvas)];
  watchDrawing({
    context(context) {
      const sketch = new Sketch(context, nextId, marksOf);
      sketches.set(context.canvas, sketch);
      return sketch.watched();
    },
    path: createWrittenPath,
  });
  return { marksOf, stop: () => watchDrawing(null) };
}

/** A canvas as a picture. It is made when it is written: a canvas may be drawn anew before that. */
function inPixels(canvas: HTMLCanvasElement): Mark {
  const { width, height } = canvas;
  return mark("image", {
    ...frame(0, 0, width, height),
    preserveAspectRatio: "none",
    "xlink:href": () => canvas.toDataURL(),
  });
}
