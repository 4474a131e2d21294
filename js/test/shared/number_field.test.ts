import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createNumberField } from "../../src/shared/number_field";
import { parseFinite } from "../../src/shared/text";
import { FakeElement } from "./fake_element";

let field: FakeElement;
let applied: number[];
let refused: string[];

beforeEach(() => {
  field = new FakeElement();
  applied = [];
  refused = [];
  vi.stubGlobal("document", { createElement: () => field });
  vi.stubGlobal("requestAnimationFrame", () => 0);
  createNumberField({
    ...{ part: "threshold", label: "threshold", parse: parseFinite },
    format: () => (applied.at(-1) ?? 0.3).toFixed(2),
    apply: (value) => applied.push(value),
    refuse: (text) => refused.push(text),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function type(text: string, key: string) {
  field.value = text;
  field.send("keydown", { key });
}

test("a number is applied on Enter, and shown as it is written elsewhere", () => {
  expect(field.value).toBe("0.30");
  type("0.5", "Enter");
  expect([applied, field.value, field.selected]).toEqual([[0.5], "0.50", 1]);
});

test("a number is applied when the field is left", () => {
  field.value = "0.7";
  field.send("change");
  expect(applied).toEqual([0.7]);
});

test("what is no number is refused and put back", () => {
  type("much", "Enter");
  expect([applied, refused, field.value]).toEqual([[], ["much"], "0.30"]);
});

test("Escape puts the number back, and what was not changed is not applied", () => {
  type("0.5", "Escape");
  expect(field.value).toBe("0.30");
  type("0.30", "Enter");
  expect([applied, refused]).toEqual([[], []]);
});
