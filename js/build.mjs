/* Builds the bundles that ship with the Python package. The same sources always give the same bytes. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { build } from "esbuild";
import { bundledIn, notices } from "./notices.mjs";

const outdir = process.argv[2] ?? "../lstmvis_widget/static";

/* Each file directly in src/ begins a bundle: a script, and the style sheet of the same name. */
const entries = (kind) =>
  readdirSync("src")
    .filter((file) => file.endsWith(kind))
    .map((file) => `src/${file}`);

const { metafile, outputFiles } = await build({
  entryPoints: entries(".ts"),
  outdir,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // all of them are in the notices
  minify: true,
  metafile: true,
  write: false,
});

/* A bundle goes where the package doesn't, into saved pages and notebooks: each has the notices of what is in it. */
mkdirSync(outdir, { recursive: true });
const bundled = [];
for (const { path, text } of outputFiles) {
  const folders = bundledIn(metafile.outputs[relative(".", path).replaceAll("\\", "/")]);
  bundled.push(...folders);
  writeFileSync(path, `/*!\nIn this file:\n\n${notices(folders)}*/\n${text}`);
}
writeFileSync(
  resolve(outdir, "THIRD_PARTY.txt"),
  `lstmvis-widget has the licence in LICENSE. Its scripts in lstmvis_widget/static contain these packages:\n\n${notices(bundled)}`,
);

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
