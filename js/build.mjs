/* Builds the bundles that ship with the Python package. The same sources always give the same bytes. */
import { readdirSync, readFileSync } from "node:fs";
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
/* Selectors of a host, of however many classes, would outrank ours. With an id, though of no element, ours outrank them. */
const outrankHosts = {
  name: "outrank-hosts",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(".lstmvis", ".lstmvis:not(#lstmvis)"),
      loader: "css",
    })),
};

await build({
  entryPoints: entries(".css"),
  plugins: [outrankHosts],
  outdir,
  bundle: true,
  target: "es2022",
  minify: true,
  logLevel: "info",
});
