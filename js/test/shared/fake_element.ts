/** The parts of an element that gestures use: events, attributes, pointer capture, and a place in the page. */
export class FakeElement extends EventTarget {
  readonly ownerDocument = new EventTarget();
  readonly classList = { add() {}, remove() {} };
  readonly dataset: Record<string, string> = {};
  readonly attributes = new Map<string, string>();
  tabIndex = 0;
  value = "";
  textContent = "";
  selected = 0;
  append() {}
  remove() {}
  select() {
    this.selected++;
  }
  readonly captured = new Set<number>();
  box = { left: 0, top: 0, width: 0 };
  focused = 0;
  getAttribute(name: string) {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }
  removeAttribute(name: string) {
    this.attributes.delete(name);
  }
  hasFocus = false;
  /** Knows no selector but those of the focus. */
  matches(selector: string): boolean {
    return selector === ":focus-visible" || (selector === ":focus" && this.hasFocus);
  }
  focus() {
    this.focused++;
  }
  getBoundingClientRect() {
    return this.box;
  }
  setPointerCapture(pointer: number) {
    this.captured.add(pointer);
  }
  hasPointerCapture(pointer: number) {
    return this.captured.has(pointer);
  }
  releasePointerCapture(pointer: number) {
    this.captured.delete(pointer);
  }

  /** Dispatch an event of `type` with these properties; returns it. */
  send(type: string, properties: object = {}): Event {
    return dispatch(this, type, properties);
  }
  /** Itself, typed as an element. */
  get element(): HTMLElement {
    return this as unknown as HTMLElement;
  }
}

export function dispatch(target: EventTarget, type: string, properties: object = {}): Event {
  const event = new Event(type, { cancelable: true });
  const defaults = {
    ...{ pointerId: 1, pointerType: "mouse", button: 0, buttons: 0, clientX: 0, clientY: 0 },
    ...{ altKey: false, ctrlKey: false, metaKey: false, shiftKey: false },
    ...{ deltaX: 0, deltaY: 0, deltaMode: 0 },
  };
  for (const [name, value] of Object.entries({ ...defaults, ...properties })) {
    Object.defineProperty(event, name, { value });
  }
  target.dispatchEvent(event);
  return event;
}
