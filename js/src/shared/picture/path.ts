import { short } from "./marks";

/** The methods with which paths are drawn, those that can be written down first. */
export const PARTS_OF_PATHS = [
  ...(["moveTo", "lineTo", "closePath", "rect", "arc"] as const),
  ...(["quadraticCurveTo", "bezierCurveTo", "arcTo", "ellipse", "roundRect"] as const),
] as const;

type PartOfPath = (typeof PARTS_OF_PATHS)[number];

/** Writes a path down as SVG has it, as it is drawn. */
export class WrittenPath {
  /** The path so far; null once it has a part that can't be written. */
  text: string | null = "";

  /** Add what a method of a path or of a canvas, of this name, draws. */
  draw(name: PartOfPath, values: number[]): void {
    const add = this[name as "moveTo"] as ((...values: number[]) => void) | undefined;
    if (add) add.apply(this, values);
    else this.text = null;
  }

  moveTo(x: number, y: number): void {
    this.#add("M", x, y);
  }

  lineTo(x: number, y: number): void {
    this.#add(this.text === "" ? "M" : "L", x, y);
  }

  closePath(): void {
    if (this.text) this.#add("Z");
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#add("M", x, y);
    this.#add("h", width);
    this.#add("v", height);
    this.#add("h", -width);
    this.#add("Z");
  }

  /** Whole circles alone. */
  arc(x: number, y: number, radius: number, from: number, to: number): void {
    if (Math.abs(to - from) < 2 * Math.PI - 1e-6) {
      this.text = null;
      return;
    }
    const [dx, dy] = [radius * Math.cos(from), radius * Math.sin(from)];
    this.lineTo(x + dx, y + dy);
    this.#add("a", radius, radius, 0, 1, 1, -2 * dx, -2 * dy);
    this.#add("a", radius, radius, 0, 1, 1, 2 * dx, 2 * dy);
  }

  #add(command: string, ...numbers: number[]): void {
    if (this.text !== null) this.text += command + numbers.map(short).join(" ");
  }
}
