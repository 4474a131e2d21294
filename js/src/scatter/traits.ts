import type { Box } from "../shared/box";
import { alone, fromPython } from "../shared/synced";
import { decodePoints } from "./points";

/** The class in Python whose traits these are. */
export const PYTHON_CLASS = "PhraseScatter";

/** The synced traits. CONTRIBUTING.md, "What travels between Python and the page", says what they mean. */
export const TRAITS = {
  picked: alone<number | null>(null),
  selected: alone<readonly number[]>([]),
  hidden_labels: alone<readonly string[]>([]),
  view: alone<Box | null>(null),
  error: fromPython(""),
  _points: fromPython(null, decodePoints),
  _lit: fromPython<readonly number[]>([]),
  _linked: fromPython(false),
};
