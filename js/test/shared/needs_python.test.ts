import { expect, test } from "vitest";
import { needsPython, turnControl } from "../../src/shared/needs_python";

/** The parts of an element that are used. */
function element() {
  const attributes = new Map<string, string>();
  return {
    attributes,
    dataset: {},
    disabled: false,
    tabIndex: 0,
    getAttribute: (name: string) => attributes.get(name) ?? null,
    setAttribute: (name: string, value: string) => void attributes.set(name, value),
    removeAttribute: (name: string) => void attributes.delete(name),
  };
}

function seen({ attributes, disabled, tabIndex }: ReturnType<typeof element>) {
  return { disabled, tabIndex, said: attributes.get("aria-disabled") ?? null };
}

const ON = { disabled: false, tabIndex: 0, said: null };

test("a control that needs Python is marked where it is made, and given back", () => {
  const field = element();
  expect(needsPython(field)).toBe(field);
  expect(field.dataset).toEqual({ needsPython: "disabled" });
});

test.each([
  ["disabled", { ...ON, disabled: true }],
  ["unavailable", { ...ON, said: "true" }],
  ["unreachable", { ...ON, said: "true", tabIndex: -1 }],
  ["undraggable", ON],
] as const)("a control that is %s without Python is as it was once Python answers again", (off, without) => {
  const control = needsPython(element(), off);
  turnControl(control, true);
  expect(seen(control)).toEqual(without);
  turnControl(control, false);
  expect(seen(control)).toEqual(ON);
});
