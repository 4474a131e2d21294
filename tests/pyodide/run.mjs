// Runs `tests.pyodide` in Pyodide: node run.mjs DISTRIBUTION SITE REPOSITORY PACKAGES…
// Nothing is fetched: the packages lie in the folder of the distribution, and SITE has the ones that are pure Python.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [distribution, site, repository, ...packages] = process.argv.slice(2);
globalThis.fetch = (address) => {
  throw new Error(`${address} was asked for, but all has to lie in ${distribution}`);
};

const { loadPyodide } = await import(pathToFileURL(join(distribution, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: `${distribution}/` });
await python.loadPackage(packages, { messageCallback() {} });
for (const [path, root] of Object.entries({ "/site": site, "/repository": repository })) {
  python.FS.mkdirTree(path);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, path);
}
const code = `
import importlib, platform, sys
import pyodide

sys.dont_write_bytecode = True
sys.path[:0] = ["/repository", "/repository/data"]
sys.path.append("/site")
print("Pyodide", pyodide.__version__, "with Python", platform.python_version())
status = 0
try:
    importlib.import_module("tests.pyodide.__main__").main()
except SystemExit as end:
    status = int(end.code)
status
`;
process.exit(await python.runPythonAsync(code));
