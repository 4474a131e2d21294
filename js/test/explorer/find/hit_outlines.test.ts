import { expect, test } from "vitest";
import { joined } from "../../../src/explorer/find/hit_outlines";

test("outlines that would touch become one", () => {
  const extents = [
    { left: 0, width: 2 },
    { left: 3, width: 2 },
    { left: 4, width: 0.5 },
    { left: 20, width: 2 },
  ];
  expect(joined(extents)).toEqual([
    { left: 0, width: 5 },
    { left: 20, width: 2 },
  ]);
  const many = Array.from({ length: 1000 }, (_, i) => ({ left: i * 1.2, width: 2 }));
  expect(joined(many)).toHaveLength(1);
});
