/* Builds the bundles that ship with the Python package. The same sources always give the same bytes. */
import { build } from "esbuild";

const outdir = process.argv[2] ?? "../lstmvis_widget/static";

await build({
  entryPoints: { widget: "src/widget.ts", scatter: "src/scatter.ts" },
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
  entryPoints: { widget: "src/widget.css", scatter: "src/scatter.css" },
  outdir,
  bundle: true,
  target: "es2022",
  minify: true,
  logLevel: "info",
});
