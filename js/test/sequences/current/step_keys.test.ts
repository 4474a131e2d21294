import { expect, test } from "vitest";
import { columnsFor } from "../../../src/sequences/current/columns";
import { pressStepKeys, stepAfter } from "../../../src/sequences/current/step_keys";
import { FakeElement } from "../../shared/fake_element";
import { currentPage } from "./fixtures";

test("keys go from column to column, and stay within", () => {
  const columns = { start: 10, stop: 25, stride: 4, count: 4, step: 1, span: 15 };
  expect(["ArrowLeft", "ArrowRight", "Home", "End"].map((key) => stepAfter(key, 15, columns))).toEqual([
    10, 18, 10, 22,
  ]);
  expect([stepAfter("ArrowLeft", 11, columns), stepAfter("ArrowRight", 23, columns)]).toEqual([11, 23]);
  expect([stepAfter("x", 15, columns), stepAfter("End", 0, columnsFor([0, 0], 9))]).toEqual([null, null]);
});

test("a chart of steps is a slider: arrows move the hovered step, and Enter acts on it", () => {
  const { view } = currentPage();
  const chart = new FakeElement();
  const entered: number[] = [];
  const keys = pressStepKeys(
    chart.element,
    {
      columns: () => columnsFor([10, 15], 50),
      begin: () => 12,
      enter: (step) => entered.push(step),
      say: (step) => `step ${step}`,
    },
    view,
  );
  chart.send("focus");
  chart.send("keydown", { key: "ArrowRight" });
  chart.send("keydown", { key: "Enter" });
  expect([view.hoveredStep.value, entered]).toEqual([13, [13]]);
  keys.describe(13);
  expect(Object.fromEntries(chart.attributes)).toMatchObject({
    ...{ role: "slider", "aria-valuemin": "10", "aria-valuemax": "14", "aria-valuenow": "13" },
    "aria-valuetext": "step 13",
  });
  // A step of another sequence is none of this chart.
  keys.describe(99);
  expect(chart.attributes.get("aria-valuenow")).toBe("12");
  chart.send("blur");
  expect(view.hoveredStep.value).toBeNull();
});
