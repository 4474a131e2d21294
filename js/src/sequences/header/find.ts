import { signal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { createTypedText } from "../../shared/typed_text";
import { withFilter } from "../all/filters";
import type { Model } from "../model";

/** A field that keeps the sequences in which a phrase occurs. */
export function mountFind(model: Model) {
  const field = needsPython(
    create("input", "lv-field lvs-find-field", {
      "data-part": "find",
      type: "text",
      placeholder: "find in sequences",
      title: "Keeps the sequences with this phrase or /regex/. Enter: find, Escape: as it was",
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      "aria-label": "keep sequences with a phrase, or with a regular expression between slashes",
    }),
  );
  const error = create("div", "lvs-find-error", { "data-part": "find-error" });
  const element = create("div", "lvs-find", {}, field, error);
  // What was asked for last; null once it is taken, or given up.
  const asked = signal<string | null>(null);
  const current = () => String(model.filters.value.text ?? "");
  const typing = createTypedText(field, current);
  const find = () => {
    const text = field.value.trim();
    field.value = text;
    if (text === String(model.filters.peek().text ?? "")) return;
    asked.value = text;
    model.set("filters", withFilter(model.filters.peek(), "text", text));
  };
  const dispose = all(
    drawOnFrame(() => {
      const refused = refusal(asked.value, current(), model.error.value);
      setText(error, refused);
      error.hidden = refused === "";
      setAttribute(field, "aria-invalid", refused ? "true" : null);
      // What was refused stays, to be corrected.
      if (refused === "") typing.follow();
    }),
    listen(field, "keydown", (event) => {
      if (event.key === "Enter") {
        find();
        field.select();
      } else if (event.key === "Escape" && (typing.isTyped() || asked.peek() !== null)) {
        event.preventDefault();
        asked.value = null;
        typing.show();
      }
    }),
    listen(field, "change", find),
  );
  return { element, dispose };
}

/** Why Python has refused what was asked for, whose value is `current` now; "" if it hasn't. */
export function refusal(asked: string | null, current: string, error: string): string {
  return asked !== null && asked !== current ? error : "";
}
