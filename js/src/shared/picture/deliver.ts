import { create } from "../dom";
import type { Picture } from "./picture";

/** Pixels of a picture to one of the page. */
const SCALE = 2;
/** Until then the browser has read what it saves. */
const READ_AFTER_MS = 60_000;

/** The name of a file for what is shown: letters and numbers of every script, with hyphens between. */
export function fileName(parts: readonly string[], ending: string): string {
  const words = parts.map((part) => part.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, ""));
  const name = words.filter((word) => word !== "").join("-");
  return `${[...name].slice(0, 80).join("") || "picture"}.${ending}`;
}

export function svgFile({ text }: Pick<Picture, "text">): Blob {
  return new Blob([text], { type: "image/svg+xml" });
}

/** The picture made of pixels. */
export async function pngFile({ text, width, height }: Picture): Promise<Blob> {
  const image = new Image(width * SCALE, height * SCALE);
  // Pages that allow no address, as saved ones, allow data.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = create("canvas");
  [canvas.width, canvas.height] = [width * SCALE, height * SCALE];
  (canvas.getContext("2d") as CanvasRenderingContext2D).drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the picture is too large for this browser"));
    }, "image/png");
  });
}

/** Put a picture on the clipboard. Returns false if the page may not. The picture may be made meanwhile. */
export async function copyImage(png: Promise<Blob>): Promise<boolean> {
  try {
    // Browsers allow it only soon after a press: what takes its time is given as a promise.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    return true;
  } catch {
    return false;
  }
}

/** Have the browser save a file, as if a link to it had been pressed. */
export function saveFile(file: Blob, name: string, host: HTMLElement): void {
  const href = URL.createObjectURL(file);
  const link = create("a", "", { href, download: name });
  link.hidden = true;
  host.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), READ_AFTER_MS);
}
