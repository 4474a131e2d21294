import { type Attributes, type Mark, mark, type NextId, short } from "./marks";
import { filled, stroked } from "./paint";
import { PARTS_OF_PATHS, WrittenPath } from "./path";

/** More shapes than this on a canvas become a picture made of pixels, as do paths with more letters than this. */
const MOST_SHAPES = 4000;
const MOST_LETTERS = 600_000;

/** What can't be had as shapes: pixels, and what takes something away again. */
const PIXELS = ["putImageData", "clearRect"];

const paths = new WeakMap<Path2D, WrittenPath>();

/** A path of the browser's own that is also written down. */
export function createWrittenPath(): Path2D {
  const path = new Path2D();
  const written = new WrittenPath();
  paths.set(path, written);
  for (const name of PARTS_OF_PATHS) {
    const draw = path[name] as (...values: number[]) => void;
    const both = (...values: number[]) => {
      draw.apply(path, values);
      written.draw(name, values);
    };
    Object.assign(path, { [name]: both });
  }
  return path;
}

/** What is drawn on another canvas, as shapes or as one picture. */
type MarksOf = (canvas: HTMLCanvasElement) => Mark[];

/** Writes down what is drawn with a context, as shapes. */
export class Sketch {
  readonly #context: CanvasRenderingContext2D;
  readonly #nextId: NextId;
  readonly #marksOf: MarksOf;
  /** What is open, from the canvas to the innermost clipping. */
  readonly #open: Mark[] = [mark("g")];
  /** How many were open at each `save`. */
  readonly #saved: number[] = [];
  #path = new WrittenPath();
  #shapes = 0;
  #letters = 0;
  #canBeWritten = true;

  constructor(context: CanvasRenderingContext2D, nextId: NextId, marksOf: MarksOf) {
    this.#context = context;
    this.#nextId = nextId;
    this.#marksOf = marksOf;
  }

  /** The shapes; null if not all that was drawn can be written as shapes, or not in few enough. */
  marks(): Mark[] | null {
    return this.#canBeWritten
      ? (this.#open[0] as Mark).children.filter((child) => typeof child !== "string")
      : null;
  }

  /** A context that draws as the given one does, and has all of it written down. */
  watched(): CanvasRenderingContext2D {
    const written: Record<string, (...values: never[]) => void> = this.#writers();
    return new Proxy(this.#context, {
      get(context, name) {
        const value: unknown = Reflect.get(context, name, context);
        if (typeof value !== "function") return value;
        return (...values: never[]) => {
          written[name as string]?.(...values);
          return value.apply(context, values);
        };
      },
      set: (context, name, value) => {
        if (name === "globalCompositeOperation" && value !== "source-over") this.#canBeWritten = false;
        return Reflect.set(context, name, value, context);
      },
    });
  }

  #writers(): Record<string, (...values: never[]) => void> {
    const giveUp = () => {
      this.#canBeWritten = false;
    };
    return {
      ...Object.fromEntries(PIXELS.map((name) => [name, giveUp])),
      ...Object.fromEntries(
        PARTS_OF_PATHS.map((name) => [name, (...values: number[]) => this.#path.draw(name, values)]),
      ),
      beginPath: () => {
        this.#path = new WrittenPath();
      },
      save: () => {
        this.#saved.push(this.#open.length);
      },
      restore: () => {
        this.#open.length = this.#saved.pop() ?? this.#open.length;
      },
      clip: () => this.#clip(),
      fill: (given?: Path2D | CanvasFillRule) => {
        const rule = given === "evenodd" ? given : undefined;
        this.#addPath(this.#textOf(given), { ...this.#fill(), "fill-rule": rule });
      },
      stroke: (given?: Path2D) => this.#addPath(this.#textOf(given), this.#stroke()),
      fillRect: (x: number, y: number, width: number, height: number) =>
        this.#add(mark("rect", { ...frame(x, y, width, height), ...this.#fill() })),
      strokeRect: (x: number, y: number, width: number, height: number) =>
        this.#add(mark("rect", { ...frame(x, y, width, height), ...this.#stroke() })),
      fillText: (text: string, x: number, y: number) => this.#addText(text, x, y, this.#fill()),
      strokeText: (text: string, x: number, y: number) => this.#addText(text, x, y, this.#stroke()),
      drawImage: (image: unknown, ...places: number[]) => {
        if (image instanceof HTMLCanvasElement) this.#addImage(image, places);
        else giveUp();
      },
    };
  }

  #textOf(given: unknown): string | null {
    if (typeof given !== "object" || given === null) return this.#path.text;
    return paths.get(given as Path2D)?.text ?? null;
  }

  #fill(): Attributes {
    const { fillStyle, globalAlpha } = this.#context;
    if (typeof fillStyle !== "string") {
      this.#canBeWritten = false;
      return {};
    }
    return { ...filled(fillStyle), opacity: seeThrough(globalAlpha) };
  }

  #stroke(): Attributes {
    const context = this.#context;
    const { strokeStyle, lineWidth, lineCap, lineJoin, miterLimit, lineDashOffset, globalAlpha } = context;
    if (typeof strokeStyle !== "string") {
      this.#canBeWritten = false;
      return {};
    }
    const dashes = context.getLineDash();
    return {
      ...stroked(strokeStyle, lineWidth),
      "stroke-linecap": lineCap === "butt" ? undefined : lineCap,
      "stroke-linejoin": lineJoin === "miter" ? undefined : lineJoin,
      "stroke-miterlimit": miterLimit === 4 || lineJoin !== "miter" ? undefined : miterLimit,
      "stroke-dasharray": dashes.length > 0 ? dashes.map(short).join(" ") : undefined,
      "stroke-dashoffset": lineDashOffset || undefined,
      opacity: seeThrough(globalAlpha),
    };
  }

  #addPath(text: string | null, attributes: Attributes): void {
    if (text === "") return;
    if (text === null) this.#canBeWritten = false;
    else {
      this.#letters += text.length;
      this.#add(mark("path", { d: text, ...attributes }));
    }
  }

  #addText(text: string, x: number, y: number, attributes: Attributes): void {
    const context = this.#context;
    const align = context.textAlign;
    const anchor = align === "center" ? "middle" : align === "right" || align === "end" ? "end" : undefined;
    // From the line that the canvas means to the one that letters stand on.
    const down = -(context.measureText(text).alphabeticBaseline ?? 0);
    const font = fontOf(context.font);
    this.#add(mark("text", { x, y: y + down, "text-anchor": anchor, ...font, ...attributes }, text));
  }

  #addImage(image: HTMLCanvasElement, places: number[]): void {
    const [x, y, width = image.width, height = image.height] = places.length > 4 ? places.slice(4) : places;
    const seen = places.length > 4 ? places.slice(0, 4) : [0, 0, image.width, image.height];
    const smooth = this.#context.imageSmoothingEnabled;
    this.#add(
      shown(this.#marksOf(image), frame(x as number, y as number, width, height), seen, {
        opacity: seeThrough(this.#context.globalAlpha),
        style: smooth ? undefined : "image-rendering:pixelated",
      }),
    );
  }

  #clip(): void {
    const d = this.#path.text;
    if (d === null) {
      this.#canBeWritten = false;
      return;
    }
    const id = this.#nextId();
    const clipped = mark("g", { "clip-path": `url(#${id})` });
    const shape = mark("path", { d, transform: this.#transform() });
    this.#innermost().children.push(mark("clipPath", { id }, shape), clipped);
    this.#open.push(clipped);
  }

  /** Add a shape where the context is at. Those that follow each other at the same scale share a group. */
  #add(shape: Mark): void {
    if (!this.#canBeWritten) return;
    if (++this.#shapes > MOST_SHAPES || this.#letters > MOST_LETTERS) {
      this.#canBeWritten = false;
      (this.#open[0] as Mark).children.length = 0;
      return;
    }
    const { children } = this.#innermost();
    const transform = this.#transform();
    const last = children.at(-1);
    if (
      typeof last === "object" &&
      last.tag === "g" &&
      last.attributes.transform === transform &&
      transform
    ) {
      last.children.push(shape);
    } else children.push(transform ? mark("g", { transform }, shape) : shape);
  }

  #innermost(): Mark {
    return this.#open.at(-1) as Mark;
  }

  #transform(): string | undefined {
    const { a, b, c, d, e, f, isIdentity } = this.#context.getTransform();
    return isIdentity
      ? undefined
      : `matrix(${[a, b, c, d, e, f].map((value) => +value.toFixed(4)).join(" ")})`;
  }
}

/** What is drawn on a canvas of this size in pixels, as it is shown in a frame. */
export function shown(
  marks: readonly Mark[],
  at: ReturnType<typeof frame>,
  seen: readonly number[],
  attributes: Attributes = {},
): Mark {
  const viewBox = seen.map(short).join(" ");
  // Inside of a frame nothing outside of it is seen.
  return mark("svg", { ...at, viewBox, preserveAspectRatio: "none", ...attributes }, ...marks);
}

export function frame(x: number, y: number, width: number, height: number) {
  return { x, y, width, height };
}

function seeThrough(alpha: number): number | undefined {
  return alpha === 1 ? undefined : alpha;
}

const FONT =
  /^(?:(italic|oblique) )?(?:[a-z-]+ )*?(?:(bold|\d{3}) )?(?:[a-z-]+ )*?([\d.]+)px(?:\/\S+)? (.+)$/;

/** A font as canvases have it. */
export function fontOf(font: string): Attributes {
  const [, style, weight, size, family] = FONT.exec(font) ?? [];
  return { "font-style": style, "font-weight": weight, "font-size": size, "font-family": family };
}
