/**
 * The text of a field that shows a value. It follows the value, but not under the hands of someone who types: their
 * text stays until it is taken or given up.
 */
export interface TypedText {
  /** Show the value. */
  show(): void;
  /** Show the value, unless someone is typing another text. For drawings: it reads the signals of the value. */
  follow(): void;
  /** Whether the text is another one than was shown last. */
  isTyped(): boolean;
}

export function createTypedText(field: HTMLInputElement, format: () => string): TypedText {
  let shown = field.value;
  const isTyped = () => field.value !== shown;
  const put = (text: string) => {
    shown = text;
    if (field.value !== text) field.value = text;
  };
  return {
    show: () => put(format()),
    follow() {
      const text = format();
      if (isTyped() && field.value !== text && field.matches(":focus")) return;
      put(text);
    },
    isTyped,
  };
}
