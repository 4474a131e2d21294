/* The licences of the packages that a bundle is made of, as their terms ask for them. */
import { readdirSync, readFileSync } from "node:fs";

/* Of node_modules/@scope/name/lib/index.js, also inside of another package, the folder of the innermost package. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/* The folders of all packages of which some code is in an output of the build. */
export const bundledIn = (output) =>
  Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => PACKAGE.exec(path)?.[0])
    .filter((folder) => folder !== undefined);

const copyrightAndTerms = (folder) => {
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)\b/i.test(file));
  if (!files.length) throw new Error(`${folder} has no licence file`);
  const text = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim()).join("\n\n");
  const paragraphs = text.replaceAll("\r\n", "\n").split(/\n{2,}/);
  const lines = (paragraph) => paragraph.split("\n").map((line) => line.trim());
  const isCopyright = (paragraph) => lines(paragraph).every((line) => /^copyright\b/i.test(line));
  const isTitle = (paragraph) => /^[^\n]{0,40}\blicen[cs]e\b[^\n]{0,10}$/i.test(paragraph);
  return {
    copyright: paragraphs.filter(isCopyright).flatMap(lines),
    terms: paragraphs
      .filter((paragraph) => !isCopyright(paragraph) && !isTitle(paragraph))
      .map((paragraph) => lines(paragraph).join(" "))
      .join("\n\n"),
  };
};

/* Each text of terms once, below the packages that have it: most packages of one author have the same. */
export const notices = (folders) => {
  const byTerms = new Map();
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const { copyright, terms } = copyrightAndTerms(folder);
    const packages = byTerms.get(terms) ?? [];
    byTerms.set(terms, [...packages, [`${name} ${version} (${license})`, ...copyright].join("\n  ")]);
  }
  const texts = [...byTerms].map(([terms, packages]) => `${packages.join("\n")}\n\n${terms}\n`);
  return texts.join("\n\n").replaceAll("*/", "* /"); // they stand in a comment, too
};
