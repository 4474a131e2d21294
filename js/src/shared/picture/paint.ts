import { colorBytes } from "../canvas";
import { short } from "./marks";

/** A colour as SVG has it everywhere: without opacity, which stands beside it. */
export interface Paint {
  color: string;
  /** 0…1. */
  opacity: number;
}

const CHANNELS =
  /^(?:rgba?|color)\((?:(srgb) )?([\d.e+-]+)[, ]+([\d.e+-]+)[, ]+([\d.e+-]+)(?:\s*[,/]\s*([\d.e+-]+))?\)$/;

/** Read a colour as computed styles and canvases have it. */
export function paintOf(color: string): Paint {
  if (/^#[\da-f]{6}$/i.test(color)) return { color, opacity: 1 };
  if (color === "" || color === "none" || color === "transparent") return { color: "none", opacity: 0 };
  const found = CHANNELS.exec(color);
  if (found) {
    const scale = found[1] ? 255 : 1;
    const bytes = [2, 3, 4].map((i) => Number(found[i]) * scale);
    return { color: hex(bytes), opacity: found[5] === undefined ? 1 : Number(found[5]) };
  }
  const bytes = [...colorBytes(color)];
  return { color: hex(bytes), opacity: (bytes[3] as number) / 255 };
}

function hex(bytes: readonly number[]): string {
  return `#${bytes
    .slice(0, 3)
    .map((byte) =>
      Math.min(255, Math.max(0, Math.round(byte)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** Attributes that fill with a colour. */
export function filled(color: string): { fill: string; "fill-opacity": string | undefined } {
  const { color: fill, opacity } = paintOf(color);
  return { fill, "fill-opacity": opacity === 1 ? undefined : short(opacity) };
}

/** Attributes that draw a line of a colour, and fill nothing. */
export function stroked(color: string, width: number) {
  const { color: stroke, opacity } = paintOf(color);
  return {
    fill: "none",
    stroke,
    "stroke-width": width,
    "stroke-opacity": opacity === 1 ? undefined : short(opacity),
  };
}

export function isSeen(color: string): boolean {
  return paintOf(color).opacity > 0;
}
