import { classColor, classRows } from "../../shared/classes";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { shortenedInside, textWidth } from "../../shared/fit_text";
import { drawOnFrame } from "../../shared/frame";
import { visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";
import type { Model } from "../model";
import { LABEL_GAP } from "../time/layout";
import type { ViewState } from "../view_state";
import { CLASS_HEIGHT, hoverClasses } from "./track_matrix";

/** Room for the button that folds the rows of classes, with its gap. */
export const FOLD_WIDTH = 16;
/** Font size of the names of classes in the style sheet. */
const NAME_SIZE = 10;
/** Room beside a name for the colour of its class. */
const MARK_WIDTH = 6;

/** The width that the name of a class takes in the label column. */
export function classNameWidth(name: string, view: ViewState): number {
  return textWidth(visibleToken(name), `${NAME_SIZE}px ${view.colors.value.font}`) + MARK_WIDTH;
}

/** The names beside the rows of classes of an output track, and a button that folds these rows. */
export function mountClasses(
  row: HTMLElement,
  labels: HTMLElement,
  strip: HTMLElement,
  track: () => Track | undefined,
  model: Model,
  view: ViewState,
): () => void {
  const name = row.dataset.track as string;
  const fold = create("button", "lv-fold", { "data-part": "track-fold", type: "button" });
  const names = create("div", "lv-class-names", { "data-part": "class-names" });
  names.style.setProperty("--class-height", `${CLASS_HEIGHT}px`);
  labels.insertBefore(fold, labels.lastElementChild);
  labels.append(names);
  return all(
    drawOnFrame(() => {
      const folded = model.folded_tracks.value.includes(name);
      setText(fold, folded ? "▸" : "▾");
      setAttribute(fold, "aria-expanded", String(!folded));
      setAttribute(fold, "aria-label", `a row for each class of ${name}`);
      fold.title = folded ? "show a row for each class" : "show only the expected class";
      row.classList.toggle("lv-track-folded", folded);
      names.hidden = folded;
      const shown = track();
      if (folded || !shown) return;
      const found = classRows(shown);
      const font = `${NAME_SIZE}px ${view.colors.value.font}`;
      const room = view.labelWidth.value - LABEL_GAP - MARK_WIDTH;
      pool(names, found.length, () => create("div", "lv-class-name")).forEach((element, i) => {
        const { name: className, place } = found[i] as { name: string; place: number };
        const text = visibleToken(className);
        element.title = text;
        element.style.setProperty("--class", classColor(place, view.colors.value));
        element.classList.toggle(
          "lv-hovered",
          view.hoveredTrack.value === name && view.hoveredClass.value === i,
        );
        setText(
          element,
          shortenedInside(text, room, (part) => textWidth(part, font)),
        );
      });
    }),
    listen(fold, "click", () => {
      const others = model.folded_tracks.peek().filter((each) => each !== name);
      const isFolded = others.length < model.folded_tracks.peek().length;
      model.set("folded_tracks", isFolded ? others : [...others, name]);
    }),
    hoverClasses(strip, view),
  );
}
