import { describe, expect, test } from "vitest";
import { createIds, mark, short, write } from "../../../src/shared/picture/marks";

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';

describe("what is written of a picture", () => {
  test("has texts as texts, whatever they hold", () => {
    const text = mark("text", { "font-family": '"A", B' }, "</text><script>&amp;");
    expect(write(mark("svg", {}, text))).toBe(
      `${head}<svg><text font-family="&quot;A&quot;, B">&lt;/text&gt;&lt;script&gt;&amp;amp;</text></svg>\n`,
    );
  });

  test("has nothing that XML has no place for", () => {
    expect(write(mark("text", {}, "a\0b\u{1b}\ud800c\u{1f600}\n"))).toBe(
      `${head}<text>a\u{fffd}b\u{fffd}\u{fffd}c\u{1f600}\n</text>\n`,
    );
  });

  test("leaves out what isn't known, and asks for what is to be made last", () => {
    let asked = 0;
    const image = mark("image", { x: undefined, width: 10 / 3, href: () => `data:${++asked}` });
    expect(asked).toBe(0);
    expect(write(image)).toBe(`${head}<image width="3.33" href="data:1"/>\n`);
  });
});

test("numbers have two places at most, and no minus without a value", () => {
  expect([1, 0.005, -0.001, 12.3456, -7.5].map(short)).toEqual(["1", "0.01", "0", "12.35", "-7.5"]);
});

test("ids are the same for the same picture", () => {
  const [one, other] = [createIds(), createIds()];
  expect([one(), one(), other()]).toEqual(["lv1", "lv2", "lv1"]);
});
