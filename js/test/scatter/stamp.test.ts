import { expect, test } from "vitest";
import { stamp } from "../../src/scatter/stamp";

test("a stamp is laid over what is there, and cut off at the edges", () => {
  const image = (width: number, height: number, pixel: readonly number[]) => ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => pixel[i % 4] as number),
  });
  const target = image(3, 2, [0, 0, 0, 0]);
  const at = (x: number, y: number) => [...target.data.slice(4 * (3 * y + x), 4 * (3 * y + x) + 4)];
  stamp(target, image(2, 2, [200, 100, 0, 255]), 2, -1);
  expect(at(2, 0)).toEqual([200, 100, 0, 255]);
  expect(at(1, 0)).toEqual([0, 0, 0, 0]);
  expect(at(2, 1)).toEqual([0, 0, 0, 0]);
  stamp(target, image(2, 2, [0, 0, 100, 51]), -1, 1);
  expect(at(0, 1)).toEqual([0, 0, 100, 51]);
  // A fifth of blue over the orange that is there already.
  stamp(target, image(1, 1, [0, 0, 100, 51]), 2, 0);
  expect(at(2, 0)).toEqual([160, 80, 20, 255]);
  stamp(target, image(1, 1, [9, 9, 9, 255]), 5, 5);
  stamp(target, image(1, 1, [9, 9, 9, 255]), -4, 0);
  expect(at(0, 0)).toEqual([0, 0, 0, 0]);
});
