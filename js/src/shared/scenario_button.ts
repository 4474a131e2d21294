import { copyText } from "./clipboard";
import { all, create, listen, setText } from "./dom";

const LABEL = "scenario";
const CONFIRMED_MS = 2000;
/** What is shown where Python sends no line, since that would hold thousands of phrases. */
const TOO_LONG = "scenario = explorer.scenario()  # too many phrases for a line";

/**
 * A button that copies the line of Python that shows this view again. If copying is not allowed, it shows the line.
 */
export function createScenarioButton(lineNow: () => string) {
  const label = create("span", "", {}, LABEL);
  const button = create(
    "button",
    "lv-button lv-scenario-button",
    {
      "data-part": "scenario",
      type: "button",
      title: "copy the line of Python that shows this view again",
      "aria-label": "scenario: copy this view as a line of Python",
    },
    // Drawn by the style sheet: many fonts lack a copy symbol.
    create("span", "lv-copy-icon", { "aria-hidden": "true" }),
    label,
  );
  const line = create("input", "lv-field lv-scenario-line", {
    "data-part": "scenario-line",
    type: "text",
    readonly: "",
    "aria-label": "the line of Python that shows this view again",
  });
  line.hidden = true;
  const status = create("span", "lv-unseen", { role: "status" });
  const element = create("div", "lv-scenario", {}, button, line, status);
  let restore = 0;
  const confirm = () => {
    setText(label, "✓ copied");
    label.classList.add("lv-confirmed");
    setText(status, "The line of Python is on the clipboard.");
    clearTimeout(restore);
    restore = setTimeout(() => {
      setText(label, LABEL);
      label.classList.remove("lv-confirmed");
      setText(status, "");
    }, CONFIRMED_MS);
  };
  const showLine = (text: string) => {
    line.value = text;
    line.hidden = false;
    line.focus();
    line.select();
    line.scrollLeft = 0;
  };
  const dispose = all(
    listen(button, "click", async () => {
      const text = lineNow();
      if (text === "") {
        showLine(TOO_LONG);
        return;
      }
      line.hidden = true;
      setText(label, LABEL);
      if (await copyText(text, element)) confirm();
      else showLine(text);
    }),
    listen(line, "blur", () => {
      line.hidden = true;
    }),
    listen(line, "keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      button.focus();
    }),
    () => clearTimeout(restore),
  );
  return { element, dispose };
}
