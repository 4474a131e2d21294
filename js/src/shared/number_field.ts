import { all, create, listen } from "./dom";
import { drawOnFrame } from "./frame";

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
 * back.
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
  let shown = "";
  const restore = () => {
    shown = format();
    element.value = shown;
    if (longest) element.style.setProperty("--lv-longest", `${longest().length}ch`);
  };
  const take = () => {
    if (element.value === shown) return;
    const typed = element.value;
    const value = parse(typed);
    if (value === null) refuse(typed);
    else apply(value);
    restore();
  };
  const dispose = all(
    drawOnFrame(restore),
    listen(element, "change", take),
    listen(element, "keydown", (event) => {
      if (event.key === "Enter") {
        take();
        element.select();
      } else if (event.key === "Escape" && element.value !== shown) {
        event.preventDefault();
        restore();
      }
    }),
  );
  return { element, dispose };
}
