import { expect, test } from "vitest";
import { refusal } from "../../../src/sequences/header/find";

test("an error is about what was asked for while Python hasn't taken it", () => {
  expect(refusal("/(/", "", "no regular expression")).toBe("no regular expression");
  expect(refusal("/(/", "/(/", "")).toBe("");
  expect(refusal("war", "war", "an older error")).toBe("");
  expect(refusal(null, "", "another error")).toBe("");
});
