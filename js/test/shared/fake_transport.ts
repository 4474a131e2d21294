/** anywidget's model, without a kernel behind it. */
export class FakeTransport {
  values: Record<string, unknown>;
  saves = 0;
  messages: unknown[] = [];
  listeners = new Map<string, Set<(source?: unknown) => void>>();
  constructor(values: Record<string, unknown> = {}) {
    this.values = values;
  }
  get(name: string) {
    return this.values[name];
  }
  /** Set a value as the page does, or as Python does. */
  set(name: string, value: unknown) {
    this.values[name] = value;
    this.tell(`change:${name}`);
  }
  tell(event: string, source?: unknown) {
    for (const callback of this.listeners.get(event) ?? []) callback(source);
  }
  save_changes() {
    this.saves++;
  }
  send(content: unknown) {
    this.messages.push(content);
  }
  on(event: string, callback: (source?: unknown) => void) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }
  off(event: string, callback: (source?: unknown) => void) {
    this.listeners.get(event)?.delete(callback);
  }
}
