import { describe, expect, test } from "vitest";
import { mark } from "../../../src/shared/picture/marks";
import { fontOf, Sketch } from "../../../src/shared/picture/sketch";

class FakeCanvas {
  width = 200;
  height = 100;
}
Object.assign(globalThis, { HTMLCanvasElement: FakeCanvas });

/** A context that draws nothing. */
function fakeContext() {
  const scales: number[] = [];
  let scale = 1;
  return {
    ...{
      canvas: new FakeCanvas(),
      fillStyle: "#000000",
      strokeStyle: "#000000",
      globalAlpha: 1,
      lineWidth: 1,
    },
    ...{ lineCap: "butt", lineJoin: "miter", miterLimit: 10, lineDashOffset: 0, imageSmoothingEnabled: true },
    ...{
      font: "11px sans-serif",
      textAlign: "right",
      textBaseline: "middle",
      globalCompositeOperation: "source-over",
    },
    getLineDash: () => [4, 3],
    getTransform: () => ({ a: scale, b: 0, c: 0, d: scale, e: 0, f: 0, isIdentity: scale === 1 }),
    measureText: () => ({ alphabeticBaseline: -4 }),
    scale(by: number) {
      scale *= by;
    },
    save: () => void scales.push(scale),
    restore() {
      scale = scales.pop() ?? scale;
    },
    ...Object.fromEntries(
      "beginPath moveTo lineTo arc rect closePath clip fill stroke fillRect strokeRect fillText drawImage putImageData"
        .split(" ")
        .map((name) => [name, () => {}]),
    ),
  };
}

function sketched(draw: (pen: CanvasRenderingContext2D) => void) {
  let ids = 0;
  const context = fakeContext() as unknown as CanvasRenderingContext2D;
  const sketch = new Sketch(
    context,
    () => `lv${++ids}`,
    () => [mark("image")],
  );
  draw(sketch.watched());
  return sketch.marks();
}

describe("what is drawn on a canvas", () => {
  test("is there as shapes, those at one scale in one group", () => {
    const marks = sketched((pen) => {
      pen.scale(2, 2);
      pen.fillStyle = "#2563c9";
      pen.fillRect(1, 2, 3, 4);
      pen.globalAlpha = 0.5;
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.lineTo(5, 5);
      pen.stroke();
    });
    expect(marks).toMatchObject([{ tag: "g", attributes: { transform: "matrix(2 0 0 2 0 0)" } }]);
    expect(marks?.[0]?.children).toMatchObject([
      { tag: "rect", attributes: { x: 1, y: 2, width: 3, height: 4, fill: "#2563c9", opacity: undefined } },
      { tag: "path", attributes: { d: "M0 0L5 5", fill: "none", opacity: 0.5, "stroke-dasharray": "4 3" } },
    ]);
  });

  test("has texts on the line that their letters stand on", () => {
    const marks = sketched((pen) => pen.fillText("<b>", 30, 10));
    expect(marks).toMatchObject([
      {
        tag: "text",
        attributes: { x: 30, y: 14, "text-anchor": "end", "font-size": "11" },
        children: ["<b>"],
      },
    ]);
  });

  test("is clipped until the context is restored", () => {
    const marks = sketched((pen) => {
      pen.save();
      pen.beginPath();
      pen.rect(0, 0, 10, 10);
      pen.clip();
      pen.fillRect(0, 0, 50, 50);
      pen.restore();
      pen.fillRect(0, 0, 1, 1);
    });
    expect(marks).toMatchObject([
      { tag: "clipPath", attributes: { id: "lv1" }, children: [{ attributes: { d: "M0 0h10v10h-10Z" } }] },
      { tag: "g", attributes: { "clip-path": "url(#lv1)" }, children: [{ tag: "rect" }] },
      { tag: "rect", attributes: { width: 1 } },
    ]);
  });

  test("has other canvases in it, of which a part may be shown", () => {
    const marks = sketched((pen) => {
      const other = new FakeCanvas() as unknown as HTMLCanvasElement;
      pen.drawImage(other, 5, 6, 20, 10);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(other, 10, 0, 50, 100, 5, 6, 20, 10);
    });
    expect(marks).toMatchObject([
      { tag: "svg", attributes: { x: 5, y: 6, width: 20, height: 10, viewBox: "0 0 200 100" } },
      { tag: "svg", attributes: { x: 5, viewBox: "10 0 50 100", style: "image-rendering:pixelated" } },
    ]);
    expect(marks?.[0]?.children).toMatchObject([{ tag: "image" }]);
  });

  test("isn't there as shapes where it is made of pixels, or of too many shapes", () => {
    expect(sketched((pen) => pen.putImageData({} as ImageData, 0, 0))).toBeNull();
    expect(
      sketched((pen) => {
        pen.globalCompositeOperation = "destination-over";
      }),
    ).toBeNull();
    expect(
      sketched((pen) => {
        for (let i = 0; i < 4001; i++) pen.fillRect(i, 0, 1, 1);
      }),
    ).toBeNull();
    expect(
      sketched((pen) => {
        pen.beginPath();
        pen.arc(0, 0, 1, 0, 1);
        pen.fill();
      }),
    ).toBeNull();
  });
});

test("fonts are read as canvases have them", () => {
  expect(fontOf('600 11.5px "Segoe UI", sans-serif')).toMatchObject({
    ...{ "font-weight": "600", "font-size": "11.5", "font-family": '"Segoe UI", sans-serif' },
  });
  expect(fontOf("italic bold 12px serif")).toMatchObject({ "font-style": "italic", "font-weight": "bold" });
  expect(fontOf("11px serif")).toMatchObject({
    "font-weight": undefined,
    "font-size": "11",
    "font-family": "serif",
  });
});
