/**
 * Sorted steps as they travel: int32, little-endian, in base64. A list of a million numbers would take longer to read
 * than to draw.
 */
export function encodeSteps(steps: ArrayLike<number>): string {
  const view = new DataView(new ArrayBuffer(4 * steps.length));
  for (let i = 0; i < steps.length; i++) view.setInt32(4 * i, steps[i] as number, true);
  const bytes = new Uint8Array(view.buffer);
  let text = "";
  // More arguments than this would not fit on the stack.
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
}

const PIECE = 8192;

/** What `encodeSteps` was given. A text that is none of these holds no steps. */
export function decodeSteps(text: string): Int32Array {
  let binary = "";
  try {
    binary = atob(text);
  } catch {
    return new Int32Array(0);
  }
  const bytes = Uint8Array.from(binary, (byte) => byte.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i, true));
}

/** All steps that are in either of two sorted lists, sorted. */
export function joined(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return [...new Set([...Array.from(a), ...Array.from(b)])].sort((x, y) => x - y);
}
