/** The parts of anywidget's model that are used. */
export interface Transport {
  /** False where there is no Python at all. */
  live?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: any value.
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, callback: (source?: unknown) => void): void;
  off(event: string, callback: (source?: unknown) => void): void;
}
