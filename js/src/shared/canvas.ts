/** A canvas that is drawn again only when its key or its size changes. */
export interface Layer {
  readonly canvas: HTMLCanvasElement;
  /** Draw if `key` or the size differs from the last ones. Returns whether it was drawn. */
  update(
    key: readonly unknown[],
    width: number,
    height: number,
    draw: (context: CanvasRenderingContext2D) => void,
  ): boolean;
}

export function createLayer(): Layer {
  const canvas = document.createElement("canvas");
  let last: readonly unknown[] = [];
  return {
    canvas,
    update(parts, width, height, draw) {
      const key = [width, height, ...parts];
      if (key.length === last.length && key.every((part, i) => Object.is(part, last[i]))) return false;
      last = key;
      draw(sized(canvas, width, height));
      return true;
    },
  };
}

/** What draws in the place of the browser's own contexts and paths. */
interface Watcher {
  context(context: CanvasRenderingContext2D): CanvasRenderingContext2D;
  path(): Path2D;
}

let watcher: Watcher | null = null;

/** Have all that is drawn from now on drawn through `watch`; null: nobody watches any more. */
export function watchDrawing(watch: Watcher | null): void {
  watcher = watch;
}

/** A path for `fill` and `stroke`. */
export function createPath(): Path2D {
  return watcher?.path() ?? new Path2D();
}

/** Give the canvas this size in device pixels, clear it, and return its context. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
  }
  return watcher?.context(context) ?? context;
}

/** Red, green, blue and opacity, each 0 to 255, of a colour in CSS notation. */
export function colorBytes(color: string): Uint8ClampedArray {
  let known = pixels.get(color);
  if (!known) {
    const options = { willReadFrequently: true };
    const context = document.createElement("canvas").getContext("2d", options) as CanvasRenderingContext2D;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    known = context.getImageData(0, 0, 1, 1).data;
    pixels.set(color, known);
  }
  return known;
}

const pixels = new Map<string, Uint8ClampedArray>();
