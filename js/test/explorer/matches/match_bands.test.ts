import { expect, test } from "vitest";
import { bandsBackground } from "../../../src/explorer/matches/match_bands";
import { NO_CONTEXT } from "../../../src/explorer/matches/match_context";

const context = { ...NO_CONTEXT, words: Int32Array.of(0, 1), bands: Uint8Array.of(0, 255, 51, 255) };

test("where there are no tokens, bands show from top to bottom which selected cells are on", () => {
  const parts = (at: number) => [
    ...(bandsBackground(context, at) ?? "").matchAll(/selected\) (\d+)%.*?(\d+\.0)%/g),
  ];
  expect(parts(0).map(([, share, from]) => [share, from])).toEqual([
    ["0", "0.0"],
    ["100", "50.0"],
  ]);
  expect(parts(1).map(([, share]) => share)).toEqual(["20", "100"]);
});

test("where there are words they stay", () => {
  expect(bandsBackground({ ...context, bands: null }, 0)).toBeNull();
});
