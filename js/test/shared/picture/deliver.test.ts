import { expect, test } from "vitest";
import { fileName } from "../../../src/shared/picture/deliver";

test("a file is named after what is shown, without what names of files can't have", () => {
  expect(fileName(["alice", "layer 1", "steps 1666–1688"], "svg")).toBe("alice-layer-1-steps-1666-1688.svg");
  expect(fileName(["../etc/passwd", "<b>"], "png")).toBe("etc-passwd-b.png");
  expect(fileName(["Übung 東京"], "png")).toBe("Übung-東京.png");
  expect(fileName(["…"], "png")).toBe("picture.png");
  expect(fileName(["a".repeat(200)], "svg")).toHaveLength(84);
});
