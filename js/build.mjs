/* Builds the bundles that ship with the Python package. The same sources always give the same bytes. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const outdir = process.argv[2] ?? "../lstmvis_widget/static";

/* Each file directly in src/ begins a bundle: a script, and the style sheet of the same name. */
const entries = (kind) =>
  readdirSync("src")
    .filter((file) => file.endsWith(kind))
    .map((file) => `src/${file}`);

await build({
  entryPoints: entries(".ts"),
  outdir,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  minify: true,
  logLevel: "info",
});
/* The class of the root of each widget, by the name of its bundle. */
const ROOTS = { scatter: "lv-scatter", sequences: "lv-sequences", widget: "lv-explorer" };

/*
 * Selectors of a host, of however many classes, would outrank ours. With an id, though of no element, ours outrank them.
 * With the class of its root, the style sheet of a widget is for that alone: a notebook may have several widgets, and the
 * sheet that comes last repeats the shared styles, which would outrank what another widget makes of them.
 */
const selectingOnly = (root) => ({
  name: "selecting-only",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(".lstmvis", `.lstmvis.${root}:not(#lstmvis)`),
      loader: "css",
    })),
});

for (const entry of entries(".css")) {
  const root = ROOTS[basename(entry, ".css")];
  if (!root) throw new Error(`${entry} has no root in ROOTS`);
  await build({
    entryPoints: [entry],
    plugins: [selectingOnly(root)],
    outdir,
    bundle: true,
    target: "es2022",
    minify: true,
    logLevel: "info",
  });
}
