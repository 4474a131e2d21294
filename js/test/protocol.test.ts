/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";
import type { Table } from "../src/shared/synced";
import PROTOCOL from "./protocol.json";

interface Traits {
  PYTHON_CLASS: string;
  TRAITS: Table;
}

/** The traits of each widget, in Python (written by `make protocol`) and in the page. */
const python = PROTOCOL as Record<string, Record<string, { default: unknown; page: string | null }>>;
const page = Object.values(import.meta.glob<Traits>("../src/*/traits.ts", { eager: true }));

test("every widget has a table of traits", () => {
  expect(page.map(({ PYTHON_CLASS }) => PYTHON_CLASS).sort()).toEqual(Object.keys(python).sort());
});

describe.each(page.map(({ PYTHON_CLASS, TRAITS }) => [PYTHON_CLASS, TRAITS] as const))(
  "%s",
  (name, traits) => {
    const expected = python[name] ?? {};

    test("has the same synced traits in Python and in the page", () => {
      expect(Object.keys(traits).sort()).toEqual(Object.keys(expected).sort());
    });

    test.each(Object.keys(expected))("%s has the same default, and is set by the same side", (trait) => {
      const { default: initial, page: sets } = traits[trait] ?? {};
      expect({ default: initial, page: sets }).toEqual(expected[trait]);
    });
  },
);
