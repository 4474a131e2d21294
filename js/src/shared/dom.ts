/** Create an element. Text is always set as text: tokens, labels and names are data, never markup. */
export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Listen until the returned function is called. */
export function listen<K extends keyof HTMLElementEventMap>(
  target: EventTarget,
  type: K,
  listener: (event: HTMLElementEventMap[K]) => void,
  options: AddEventListenerOptions = {},
): () => void {
  target.addEventListener(type, listener as EventListener, options);
  return () => target.removeEventListener(type, listener as EventListener, options);
}

/** One function that calls all of `disposers`. */
export function all(...disposers: (() => void)[]): () => void {
  return () => {
    for (const dispose of disposers) dispose();
  };
}

type Attributes = Pick<Element, "getAttribute" | "setAttribute" | "removeAttribute">;

/** Set an attribute only if it differs, so that the browser does not recalculate styles for nothing. */
export function setAttribute(element: Attributes, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Add or remove children of `host` until there are `count`. Returns them. */
export function pool<E extends HTMLElement>(host: HTMLElement, count: number, make: () => E): E[] {
  while (host.childElementCount > count) host.lastElementChild?.remove();
  while (host.childElementCount < count) host.append(make());
  return [...host.children] as E[];
}
