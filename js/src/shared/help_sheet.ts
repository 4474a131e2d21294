import { all, create, listen } from "./dom";
import { hasModifier } from "./keys";

/** What the sheet says. */
interface Help {
  /** What the colours mean, each with the class of its swatch. */
  colours: readonly (readonly [swatch: string, meaning: string])[];
  gestures: readonly (readonly [gesture: string, effect: string])[];
  keys: readonly (readonly [keys: string, effect: string])[];
}

/** A button that opens a sheet with colours, gestures and keys. The key "?" opens and closes it, too. */
export function createHelp(root: HTMLElement, { colours, gestures, keys: ofKeys }: Help) {
  const button = create("button", "lv-button lv-icon", {
    ...{ "data-part": "help-open", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" },
    ...{ title: "colours, gestures and keys (?)", "aria-label": "help: colours, gestures and keys" },
  });
  button.textContent = "?";
  const close = create("button", "lv-button lv-icon lv-help-close", {
    ...{ "data-part": "help-close", type: "button", "aria-label": "close the help" },
  });
  close.textContent = "×";
  const sheet = create(
    "div",
    "lv-help",
    { "data-part": "help", role: "dialog", "aria-label": "colours, gestures and keys", tabindex: "-1" },
    close,
    section(
      "Colours",
      colours.map(([swatch, meaning]) => line(create("span", `lv-key ${swatch}`), meaning)),
    ),
    section(
      "With the pointer",
      gestures.map(([gesture, effect]) => line(gesture, effect)),
    ),
    section(
      "With keys",
      ofKeys.map(([keys, effect]) => line(keys, effect)),
    ),
  );
  sheet.hidden = true;
  root.append(sheet);
  const isOpen = () => !sheet.hidden;
  const show = (open: boolean) => {
    if (open === isOpen()) return;
    sheet.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) sheet.focus({ preventScroll: true });
    else button.focus({ preventScroll: true });
  };
  const dispose = all(
    listen(button, "click", () => show(!isOpen())),
    listen(close, "click", () => show(false)),
    listen(root, "keydown", (event) => {
      const isText = (event.target as Element).matches("input:not([type=checkbox]), textarea, select");
      const opens = event.key === "?" && !isText && !hasModifier(event);
      const closes = event.key === "Escape" && isOpen();
      if (!opens && !closes) return;
      event.preventDefault();
      show(opens && !isOpen());
    }),
    listen(document, "pointerdown", (event) => {
      const path = event.composedPath();
      if (isOpen() && !path.includes(sheet) && !path.includes(button)) show(false);
    }),
    () => sheet.remove(),
  );
  return { element: button, dispose };
}

function section(title: string, lines: readonly HTMLElement[][]): HTMLElement {
  const head = create("h3", "lv-help-title", {}, title);
  return create("section", "lv-help-part", {}, head, create("dl", "lv-help-lines", {}, ...lines.flat()));
}

function line(name: string | HTMLElement, meaning: string): HTMLElement[] {
  return [create("dt", "", {}, name), create("dd", "", {}, meaning)];
}
