/** A binary value as it arrives: it depends on the host which of these it is. */
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
  // A buffer may start at any byte of its message. A typed array has to start at a multiple of its element's size.
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new Numbers(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / size),
  );
}
