import { expect, test } from "vitest";
import { WrittenPath } from "../../../src/shared/picture/path";

function written(...parts: [name: Parameters<WrittenPath["draw"]>[0], ...values: number[]][]): string | null {
  const path = new WrittenPath();
  for (const [name, ...values] of parts) path.draw(name, values);
  return path.text;
}

test("a path is written as SVG has it", () => {
  expect(written(["moveTo", 1, 2], ["lineTo", 3.456, 4], ["closePath"])).toBe("M1 2L3.46 4Z");
  expect(written(["lineTo", 1, 2], ["lineTo", 3, 4])).toBe("M1 2L3 4");
  expect(written(["rect", 1, 2, 30, 40])).toBe("M1 2h30v40h-30Z");
});

test("a circle is two arcs from where it begins", () => {
  expect(written(["arc", 10, 20, 5, 0, 2 * Math.PI])).toBe("M15 20a5 5 0 1 1 -10 0a5 5 0 1 1 10 0");
});

test("a path with a part that can't be written isn't written at all", () => {
  expect(written(["moveTo", 1, 2], ["arc", 10, 20, 5, 0, 1], ["lineTo", 3, 4])).toBeNull();
  expect(written(["ellipse", 0, 0, 1, 1, 0, 0, 7])).toBeNull();
});
