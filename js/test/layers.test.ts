/// <reference types="vite/client" />
import { expect, test } from "vitest";

const SOURCES = import.meta.glob<string>("../src/**/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const IMPORT = /(?:\bfrom |\bimport\(|^import )"(\.[^"]+)"/gm;

/** Each import in src/: the file that imports and the one imported, as paths within src/. */
const imports = Object.entries(SOURCES).flatMap(([path, text]) => {
  const file = path.replace("../src/", "");
  return [...text.matchAll(IMPORT)].map(([, to]) => ({ file, to: resolved(file, to as string) }));
});

function resolved(file: string, to: string): string {
  const parts = file.split("/").slice(0, -1);
  for (const part of to.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The folder directly under src/, or "" for the file that a bundle begins with. */
const folderOf = (path: string) => (path.includes("/") ? (path.split("/")[0] as string) : "");

test("a folder imports from itself and from shared/ alone, and shared/ from itself", () => {
  const wrong = imports.filter(({ file, to }) => {
    const from = folderOf(file);
    return from !== "" && folderOf(to) !== from && folderOf(to) !== "shared";
  });
  expect(wrong).toEqual([]);
});

test("a bundle is made of shared/ and one folder more", () => {
  const bundles = new Map<string, Set<string>>();
  for (const { file, to } of imports) {
    if (folderOf(file) !== "" || folderOf(to) === "shared") continue;
    bundles.set(file, (bundles.get(file) ?? new Set()).add(folderOf(to)));
  }
  expect([...bundles.values()].filter((folders) => folders.size > 1)).toEqual([]);
  expect(Object.fromEntries(bundles)).toMatchObject({
    "widget.ts": new Set(["explorer"]),
    "scatter.ts": new Set(["scatter"]),
    "sequences.ts": new Set(["sequences"]),
  });
});

test("a widget's model alone talks to Python", () => {
  const talking = imports.filter(({ to }) => to === "shared/transport").map(({ file }) => file);
  const models = talking.filter((file) => !file.startsWith("shared/"));
  expect(models.filter((file) => !/^\w+\/model\.ts$/.test(file))).toEqual([]);
});

test("what is imported is read from every file", () => {
  const read = imports.map(({ file, to }) => `${file} ${to}`);
  expect(read).toContain("widget.ts explorer/page");
  expect(read).toContain("explorer/time/window.ts shared/buffers");
});

test("shared/ names no trait", () => {
  const names = Object.values(import.meta.glob<{ TRAITS: object }>("../src/*/traits.ts", { eager: true }))
    .flatMap(({ TRAITS }) => Object.keys(TRAITS))
    // The others are English words too.
    .filter((name) => name.includes("_"));
  const found = Object.entries(SOURCES)
    .filter(([path]) => path.startsWith("../src/shared/"))
    .flatMap(([path, text]) => names.filter((name) => text.includes(name)).map((name) => `${path}: ${name}`));
  expect(names).toContain("_hovered_step");
  expect(found).toEqual([]);
});

test("what a file exports is used elsewhere", () => {
  const tests = import.meta.glob<string>("./**/*.ts", { query: "?raw", import: "default", eager: true });
  const all = Object.entries({ ...SOURCES, ...tests });
  const unused = Object.entries(SOURCES).flatMap(([path, text]) => {
    const names = [...text.matchAll(/^export (?:async )?(?:function\*?|const|interface|type|class) (\w+)/gm)];
    return names
      .map(([, name]) => name as string)
      .filter(
        (name) => !all.some(([other, used]) => other !== path && new RegExp(`\\b${name}\\b`).test(used)),
      )
      .map((name) => `${path}: ${name}`);
  });
  expect(unused).toEqual([]);
});

test("tests lie in the same folders as what they test", () => {
  const tests = Object.keys(import.meta.glob("./*/**/*.test.ts")).map((path) =>
    path.replace(/^\.\/|\.test\.ts$/g, ""),
  );
  expect(tests).toContain("shared/synced");
  expect(tests.filter((path) => !(`../src/${path}.ts` in SOURCES))).toEqual([]);
});
