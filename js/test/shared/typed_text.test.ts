import { beforeEach, expect, test } from "vitest";
import { createTypedText, type TypedText } from "../../src/shared/typed_text";
import { FakeElement } from "./fake_element";

let field: FakeElement;
let value: string;
let text: TypedText;

beforeEach(() => {
  field = new FakeElement();
  value = "0.30";
  text = createTypedText(field as unknown as HTMLInputElement, () => value);
  text.follow();
});

function arrive(arrived: string) {
  value = arrived;
  text.follow();
}

test("the text follows the value, also in a field with the focus", () => {
  arrive("0.40");
  expect(field.value).toBe("0.40");
  field.hasFocus = true;
  arrive("0.50");
  expect([field.value, text.isTyped()]).toEqual(["0.50", false]);
});

test("what is being typed stays, whatever arrives, until it is given up", () => {
  field.hasFocus = true;
  field.value = "0.7";
  arrive("0.40");
  arrive("0.50");
  expect([field.value, text.isTyped()]).toEqual(["0.7", true]);
  text.show();
  expect([field.value, text.isTyped()]).toEqual(["0.50", false]);
  arrive("0.60");
  expect(field.value).toBe("0.60");
});

test("what is typed becomes the value when that arrives, and then follows again", () => {
  field.hasFocus = true;
  field.value = "0.70";
  arrive("0.70");
  expect(text.isTyped()).toBe(false);
  arrive("0.80");
  expect(field.value).toBe("0.80");
});

test("what was typed and left is replaced by the next value", () => {
  field.value = "0.7";
  arrive("0.40");
  expect(field.value).toBe("0.40");
});
