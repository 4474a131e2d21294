import { all, create, listen } from "./dom";
import { drawOnFrame } from "./frame";
import { createTypedText } from "./typed_text";

interface NumberField {
  part: string;
  label: string;
  /** The value as text. The field follows the signals that this function reads. */
  format: () => string;
  parse: (text: string) => number | null;
  apply: (value: number) => void;
  refuse: (text: string) => void;
  /** The longest text that it has to show. Its width fits that; without it the style sheet sets the width. */
  longest?: () => string;
}

/**
 * A field that applies its number on Enter and when it loses the focus. Other text is refused, and the number put
 * back. A value that arrives meanwhile leaves what is being typed.
 */
export function createNumberField({ part, label, format, parse, apply, refuse, longest }: NumberField) {
  const element = create("input", "lv-field", {
    "data-part": part,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
  });
  const text = createTypedText(element, format);
  const take = () => {
    const typed = element.value;
    if (text.isTyped()) {
      const value = parse(typed);
      if (value === null) refuse(typed);
      else apply(value);
    }
    text.show();
  };
  const dispose = all(
    drawOnFrame(() => {
      text.follow();
      if (longest) element.style.setProperty("--lv-longest", `${longest().length}ch`);
    }),
    listen(element, "change", take),
    listen(element, "keydown", (event) => {
      if (event.key === "Enter") {
        take();
        element.select();
      } else if (event.key === "Escape" && text.isTyped()) {
        event.preventDefault();
        text.show();
      }
    }),
  );
  return { element, dispose };
}
