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
  // Plain loops: with a function for each of a million steps this would take ten times as long.
  const steps = new Int32Array(binary.length >> 2);
  const byte = (at: number) => binary.charCodeAt(at);
  for (let i = 0; i < steps.length; i++) {
    const at = 4 * i;
    steps[i] = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
  }
  return steps;
}

/** All steps that are in either of two sorted lists, sorted. */
export function joined(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const all: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [one, other] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    all.push(Math.min(one, other));
    if (one <= other) i++;
    if (other <= one) j++;
  }
  return all;
}
