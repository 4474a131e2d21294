import { all, create, listen, setAttribute, setText } from "../dom";
import { copyImage, fileName, pngFile, saveFile, svgFile } from "./deliver";
import { type Pictured, takePicture } from "./picture";

/** Two buttons that take a picture of what is drawn, and a line that says what became of it. */
export function createPictureButtons(pictured: Pictured) {
  const button = (part: string, text: string, title: string) =>
    create("button", "lv-button", { type: "button", "data-part": part, title }, text);
  const png = button("copy-png", "copy as PNG", "copy what is drawn, in twice as many pixels");
  const svg = button(
    "save-svg",
    "save SVG",
    "save what is drawn as shapes and texts, to be edited or printed",
  );
  const said = create("div", "lv-picture-said", { "data-part": "picture-said", role: "status" });
  const row = create("div", "lv-group", {}, create("span", "lv-picture-name", {}, "picture"), png, svg);
  const element = create("div", "lv-picture", { role: "group", "aria-label": "picture" }, row, said);
  let isBusy = false;
  const say = (text: string, outcome = "") => {
    setText(said, text);
    setAttribute(said, "data-outcome", outcome);
  };
  const take = async (deliver: () => Promise<void>) => {
    if (isBusy) return;
    isBusy = true;
    say("taking the picture…");
    try {
      await deliver();
    } catch (error) {
      say(
        `The picture could not be taken: ${error instanceof Error ? error.message : String(error)}`,
        "failed",
      );
    } finally {
      isBusy = false;
    }
  };
  const name = (ending: string) => fileName(pictured.name(), ending);
  const copy = async () => {
    const file = takePicture(pictured).then(pngFile);
    // What goes wrong with it is said below.
    file.catch(() => {});
    if (await copyImage(file)) {
      say("copied", "copied");
      return;
    }
    const saved = name("png");
    saveFile(await file, saved, element);
    say(`This page may not copy pictures: saved as ${saved}`, "saved");
  };
  const save = async () => {
    const saved = name("svg");
    saveFile(svgFile(await takePicture(pictured)), saved, element);
    say(`saved as ${saved}`, "saved");
  };
  return {
    element,
    dispose: all(
      listen(png, "click", () => void take(copy)),
      listen(svg, "click", () => void take(save)),
    ),
  };
}
