import { all, listen } from "./dom";
import { LABEL_COLORS } from "./label_colors";

/** The colours for canvases. They are read from the style sheet, so that each is defined once. */
export interface Colors {
  ground: string;
  text: string;
  second: string;
  hairline: string;
  edge: string;
  line: string;
  selected: string;
  wash: string;
  word: string;
  labels: readonly string[];
  labelRest: string;
  labelStrength: number;
  /** Those of labels, and of all further ones, where nothing is written on them: they stand out from the ground. */
  classes: readonly string[];
  threshold: string;
  hovered: string;
  ramp: string;
  rampBelow: string;
  rampAbove: string;
  rampZero: string;
  font: string;
}

/** Until the style sheet has been read. */
export const NO_COLORS: Colors = {
  ground: "",
  text: "",
  second: "",
  hairline: "",
  edge: "",
  line: "",
  selected: "",
  wash: "",
  word: "",
  labels: [],
  labelRest: "",
  labelStrength: 1,
  classes: [],
  threshold: "",
  hovered: "",
  ramp: "",
  rampBelow: "",
  rampAbove: "",
  rampZero: "",
  font: "sans-serif",
};

/** Keep `root` in the theme of the page around it. `onChange` gets the colours now and whenever they change. */
export function followTheme(root: HTMLElement, onChange: (colors: Colors) => void): () => void {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  let current = "";
  let later = 0;
  const apply = () => {
    root.dataset.theme = isDark(root, prefersDark.matches) ? "dark" : "light";
    const colors = readColors(root);
    const key = JSON.stringify(colors);
    if (key === current) return;
    current = key;
    onChange(colors);
  };
  const changed = () => {
    apply();
    // A theme's style sheet may take effect a little later than the attribute changes.
    clearTimeout(later);
    later = setTimeout(apply, 300);
  };
  apply();
  const observer = new MutationObserver(changed);
  const attributeFilter = [
    "class",
    "style",
    "data-jp-theme-light",
    "data-jp-theme-name",
    "data-vscode-theme-kind",
  ];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: [...attributeFilter, "data-theme"],
  });
  // Until the notebook has put the page into the document, there is no style to read.
  const attached = new ResizeObserver(apply);
  attached.observe(root);
  return all(
    () => observer.disconnect(),
    () => attached.disconnect(),
    () => clearTimeout(later),
    listen(prefersDark, "change" as "input", changed),
  );
}

function isDark(root: HTMLElement, prefersDark: boolean): boolean {
  const { dataset, className } = document.body;
  const said = saysDark(dataset, className);
  if (said !== null) return said;
  const luminance = luminanceBehind(root.parentNode);
  if (luminance !== null) return luminance < 0.5;
  // No background means the browser's own, which is white, also for those who prefer dark, unless the page allows
  // another. Its text is always such that it can be read.
  const text = colorOfText(root.parentNode);
  return text === "" ? prefersDark : (luminanceOf(channels(text)) ?? 0) > 0.5;
}

/** Whether JupyterLab or an editor marks its page as dark; null if neither marks it. */
export function saysDark(
  {
    jpThemeLight,
    vscodeThemeKind,
  }: { jpThemeLight?: string | undefined; vscodeThemeKind?: string | undefined },
  className: string,
): boolean | null {
  if (jpThemeLight) return jpThemeLight === "false";
  const kind = `${vscodeThemeKind ?? ""} ${className}`;
  if (/vscode-(high-contrast-)?light/.test(kind)) return false;
  return /vscode-(dark|high-contrast)/.test(kind) ? true : null;
}

/** Luminance, 0…1, of the background of the nearest ancestor that has one; null if none has. */
function luminanceBehind(node: Node | null): number | null {
  for (let at = node; at; at = at instanceof ShadowRoot ? at.host : at.parentNode) {
    if (!(at instanceof Element)) continue;
    const luminance = luminanceOf(channels(getComputedStyle(at).backgroundColor));
    if (luminance !== null) return luminance;
  }
  return null;
}

/** Luminance, 0…1, of a colour; null if it is more than half transparent. */
export function luminanceOf([red, green, blue, alpha]: Channels): number | null {
  return alpha > 127 ? (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255 : null;
}

/** The colour of text around, in CSS notation; empty outside of a document. */
function colorOfText(node: Node | null): string {
  const element = node instanceof ShadowRoot ? node.host : node;
  return element instanceof Element ? getComputedStyle(element).color : "";
}

type Channels = [red: number, green: number, blue: number, alpha: number];
const read = new Map<string, Channels>();

/** The bytes of a colour in any CSS notation: `rgb(…)`, `color(srgb …)`, `oklch(…)`. */
function channels(color: string): Channels {
  let bytes = read.get(color);
  if (!bytes) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    bytes = [...context.getImageData(0, 0, 1, 1).data] as Channels;
    read.set(color, bytes);
  }
  return bytes;
}

/** The colour of the same hue whose largest byte is `brightest`; of black, black. */
export function withBrightness([red, green, blue]: Channels, brightest: number): string {
  const scale = brightest / Math.max(1, red, green, blue);
  return `rgb(${[red, green, blue].map((byte) => Math.round(byte * scale)).join(" ")})`;
}

function readColors(root: HTMLElement): Colors {
  const style = getComputedStyle(root);
  const read = (name: string) => style.getPropertyValue(`--lv-${name}`).trim();
  const number = (name: string) => Number.parseFloat(read(name));
  const labels = Array.from({ length: LABEL_COLORS }, (_, code) => read(`label-${code}`));
  // Until the style sheet is there, there are no colours.
  const strengthened = (color: string) =>
    color && withBrightness(channels(color), number("class-brightness"));
  return {
    ground: read("ground"),
    text: read("text"),
    second: read("second"),
    hairline: read("hairline"),
    edge: read("edge"),
    line: read("line"),
    selected: read("selected"),
    wash: read("wash"),
    word: read("word"),
    labels,
    labelRest: read("label-rest"),
    labelStrength: number("label-strength") / 100 || 1,
    classes: [...labels, read("label-rest")].map(strengthened),
    threshold: read("threshold"),
    hovered: read("hovered"),
    ramp: read("ramp"),
    rampBelow: read("ramp-below"),
    rampAbove: read("ramp-above"),
    rampZero: read("ramp-zero"),
    font: style.fontFamily,
  };
}
