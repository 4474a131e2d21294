import { expect, test } from "vitest";
import { MOST_PINNED, pinnedWith, togglePinned } from "../../src/sequences/pinning";
import { pageOf } from "./fixtures";

test("a sequence is pinned and let go, in ascending order", () => {
  expect(pinnedWith([3, 9], 5)).toEqual([3, 5, 9]);
  expect(pinnedWith([3, 5, 9], 5)).toEqual([3, 9]);
});

test("one more than can be told apart is not pinned, and the page says why", () => {
  const pinned = [...Array(MOST_PINNED).keys()];
  const { model, view } = pageOf({ pinned_sequences: pinned });
  togglePinned(40, model, view);
  expect(model.pinned_sequences.value).toEqual(pinned);
  expect(view.message.value).toContain("At most 12");
  togglePinned(4, model, view);
  expect(model.pinned_sequences.value).toHaveLength(11);
  view.dispose();
});
