/**
 * Where things are, in the page's own pixels: those of its style sheets. A host may show the page scaled or zoomed, as
 * slides and dashboards do. Then pointers, and the boxes that the browser gives, are in other pixels. Only this file
 * reads them.
 */

/** In pixels. */
export type Place = readonly [x: number, y: number];

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
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
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const [x, y] = placeIn(host, { clientX: left, clientY: top });
  const [endX, endY] = placeIn(host, { clientX: right, clientY: bottom });
  return { left: x, top: y, right: endX, bottom: endY, width: endX - x };
}

/** The browser rounds an element's own size to whole pixels: a smaller difference is no scale. */
function ratio(shown: number, own: number): number {
  return own > 0 && shown > 0 && Math.abs(shown - own) >= 1 ? shown / own : 1;
}
