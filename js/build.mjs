/* Builds the bundles that ship with the Python package. The same sources always give the same bytes. */
import { readdirSync } from "node:fs";
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
await build({
  entryPoints: entries(".css"),
  outdir,
  bundle: true,
  target: "es2022",
  minify: true,
  logLevel: "info",
});
