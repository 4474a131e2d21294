import { describe, expect, test } from "vitest";
import { placesWanted, rowAfter, scrolledTo } from "../../src/shared/virtual_rows";

describe("the rows in the document", () => {
  test("are those in sight and some around them", () => {
    expect(placesWanted(20, 3, { total: 100, chosen: 20, margin: 2 })).toEqual([
      18, 19, 20, 21, 22, 23, 24, 25, 26,
    ]);
  });

  test("end where the list does", () => {
    expect(placesWanted(0, 3, { total: 4, chosen: 0, margin: 8 })).toEqual([0, 1, 2, 3]);
    expect(placesWanted(0, 3, { total: 0, chosen: 0, margin: 8 })).toEqual([]);
  });

  test("have the chosen one among them, however far away", () => {
    expect(placesWanted(20, 1, { total: 100, chosen: 3, margin: 0 })).toEqual([3, 20, 21, 22]);
    expect(placesWanted(20, 1, { total: 100, chosen: 90, margin: 0 }).at(-1)).toBe(90);
  });
});

describe("a row of 10 pixels is brought into sight in a list of 50 below its head", () => {
  const from = (top: number, place: number) => scrolledTo(place, { top, height: 60 }, 10);

  test("by as little as is needed", () => {
    expect(from(100, 8)).toBe(80);
    expect(from(100, 15)).toBe(110);
  });

  test("and not moved where it is there already", () => {
    expect([from(100, 10), from(100, 12), from(100, 14)]).toEqual([100, 100, 100]);
    expect(from(0, 0)).toBe(0);
  });
});

test("keys go from row to row, and by pages", () => {
  const rows = { page: () => 5, count: () => 20 };
  const keys = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", "a"];
  expect(keys.map((key) => rowAfter(key, 7, rows))).toEqual([8, 6, 12, 2, 0, 19, null]);
});
