/** A picture as plain data: elements of SVG. Texts are children, and are written as text whatever they hold. */
export interface Mark {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: (Mark | string)[];
}

/** What is undefined isn't written. A function gives its text when the picture is written. */
export type Attributes = Record<string, string | number | (() => string) | undefined>;

export function mark(tag: string, attributes: Attributes = {}, ...children: (Mark | string)[]): Mark {
  return { tag, attributes, children };
}

/** A number with as many places as can be seen. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100 || 0);
}

/** The text of an SVG file. */
export function write(root: Mark): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root)}\n`;
}

function written({ tag, attributes, children }: Mark): string {
  const parts = Object.entries(attributes).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = typeof value === "number" ? short(value) : typeof value === "string" ? value : value();
    return ` ${name}="${escaped(text).replaceAll('"', "&quot;")}"`;
  });
  const inside = children.map((child) => (typeof child === "string" ? escaped(child) : written(child)));
  const begin = `<${tag}${parts.join("")}`;
  return inside.length === 0 ? `${begin}/>` : `${begin}>${inside.join("")}</${tag}>`;
}

/** What XML has no place for, not even escaped: most control characters, and halves of pairs. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text
    .replace(NOT_IN_XML, "\u{fffd}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Numbers for ids, which are the same for the same picture. */
export type NextId = () => string;

export function createIds(): NextId {
  let made = 0;
  return () => `lv${++made}`;
}
