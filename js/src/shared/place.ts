/**
 * Where things are, in the page's own pixels: those of its style sheets. A host may show the page scaled or zoomed, as
 * slides and dashboards do. Then pointers, and the boxes that the browser gives, are in other pixels. Only this file
 * reads them.
 */

/** In pixels. */
export type Place = readonly [x: number, y: number];

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

type Pointer = Pick<MouseEvent, "clientX" | "clientY">;

/** How many pixels of the window a pixel of the element takes, sideways and downwards. */
export function scaleOf(element: HTMLElement): Place {
  const box = element.getBoundingClientRect();
  return [ratio(box.width, element.offsetWidth), ratio(box.height, element.offsetHeight)];
}

/** How tall an element is in the window, in pixels of the window. */
export function heightInWindow(element: HTMLElement): number {
  return element.getBoundingClientRect().height;
}

/** Where a pointer is, from the upper left corner of the element. */
export function placeIn(element: HTMLElement, { clientX, clientY }: Pointer): Place {
  const box = element.getBoundingClientRect();
  const [x, y] = scaleOf(element);
  return [(clientX - box.left) / x, (clientY - box.top) / y];
}

/** How far down a pointer has moved, in pixels of the element, wherever that has gone meanwhile. */
export function movedDown(element: HTMLElement, from: Pointer, to: Pointer): number {
  return (to.clientY - from.clientY) / scaleOf(element)[1];
}

/** How far across the element a pointer is: 0 at its left edge, 1 at its right edge. */
export function shareAcross(element: HTMLElement, { clientX }: Pointer): number {
  const box = element.getBoundingClientRect();
  return (clientX - box.left) / box.width;
}

/** Where an element lies, from the upper left corner of `host`. */
export function frameWithin(host: HTMLElement, element: HTMLElement): Frame {
  return framesWithin(host).of(element);
}

/** The same of many elements, of the lines of a text, and of all that is in an element, while the page stays as it is. */
export function framesWithin(host: HTMLElement): {
  of: (element: Element) => Frame;
  linesOf: (range: Range) => Frame[];
  contentOf: (element: Element) => Frame;
} {
  const origin = host.getBoundingClientRect();
  const [x, y] = scaleOf(host);
  const frame = (box: DOMRect): Frame => {
    const [left, right] = [(box.left - origin.left) / x, (box.right - origin.left) / x];
    const [top, bottom] = [(box.top - origin.top) / y, (box.bottom - origin.top) / y];
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  return {
    of: (element) => frame(element.getBoundingClientRect()),
    linesOf: (range) => [...range.getClientRects()].map(frame),
    contentOf(element) {
      const content = document.createRange();
      content.selectNodeContents(element);
      return frame(content.getBoundingClientRect());
    },
  };
}

/** The browser rounds an element's own size to whole pixels: a smaller difference is no scale. */
function ratio(shown: number, own: number): number {
  return own > 0 && shown > 0 && Math.abs(shown - own) >= 1 ? shown / own : 1;
}
