/** Hosts differ in what they make of a binary value. */
export type Binary = DataView | ArrayBuffer | ArrayBufferView;

type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;
interface NumberArrayConstructor<A extends NumberArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A;
}

export function decodeNumbers<A extends NumberArray>(sent: Binary, Numbers: NumberArrayConstructor<A>): A {
  const bytes = ArrayBuffer.isView(sent)
    ? new Uint8Array(sent.buffer, sent.byteOffset, sent.byteLength)
    : new Uint8Array(sent);
  const size = Numbers.BYTES_PER_ELEMENT;
  // A message's buffers start at any byte; a typed array only at multiples of its element's size.
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new Numbers(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / size),
  );
}
