// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import type { Tensor, WireTensor } from "../../static/src/api/client.ts";
import { Cells } from "../../static/src/canvas/cells.ts";
import { tensorAt } from "../../static/src/canvas/numberPlace.ts";
import { elementTexts } from "../../static/src/canvas/tensorShapes.ts";
import { coloursOf } from "../../static/src/canvas/words.ts";
import {
  CAPTION_SIZE,
  captionOf,
  CELL_SIZE,
  formOf,
  tensorSize,
} from "../../static/src/canvas/tensorForm.ts";
import { tensorPicture } from "../../static/src/canvas/tensorPicture.ts";

const tensor = (...shape: number[]): Tensor =>
  shape.length === 0 ? -1.5 : Array.from({ length: shape[0]! }, () => tensor(...shape.slice(1)));
const summary = (...shape: number[]): WireTensor => ({
  shape,
  min: -1,
  max: 3,
  mean: 0,
  std: 1,
  preview: [[0]],
  histogram: [1, 0, 5],
});

describe("the form of a tensor", () => {
  test.each([
    [[2, 3], "numbers"],
    [[6], "numbers"],
    [[7], "cells"],
    [[1, 2, 3], "cells"],
    [[1000], "cells"],
  ] as const)("of shape %j is %s", (shape, kind) => {
    expect(formOf(tensor(...shape), "few").kind).toBe(kind);
  });

  test("is as it was chosen", () => {
    expect(formOf(tensor(4, 6), "numbers").kind).toBe("numbers");
    expect(formOf(tensor(5, 6), "numbers")).toMatchObject({ kind: "caption", height: 0 });
    expect(formOf(tensor(2), "heat").kind).toBe("cells");
    expect(formOf(tensor(1), "heat").kind).toBe("numbers");
    expect(formOf(summary(64, 100), "few").kind).toBe("histogram");
  });

  test("of an image is a square, of several a strip that says that there are more", () => {
    const image = { rows: 8, columns: 8 };
    expect(formOf(tensor(1, 64), "few", image)).toMatchObject({ sheets: 1, cut: false, width: 48 });
    expect(formOf(tensor(16, 64), "few", image)).toMatchObject({ sheets: 3, cut: true });
  });

  test.each([
    [[9, 9]],
    [[100, 3]],
    [[3, 100]],
    [[1, 1000]],
    [[1000, 1]],
    [[31, 33]],
    [[5, 4, 3, 7]],
    [[2, 20, 20]],
  ])("of shape %j stays small", (shape) => {
    const { width, height } = formOf(tensor(...shape), "few");
    expect(width).toBeLessThanOrEqual(130);
    expect(height).toBeLessThanOrEqual(48);
    expect(Math.min(width, height)).toBeGreaterThan(0);
  });

  test("depends on the shape alone, and so does the room for what is written as usual", () => {
    const [first, other] = [tensor(4, 4), [...(tensor(3, 4) as Tensor[]), [0, 1, 2, 0.5]]];
    const form = formOf(first, "few");
    expect(formOf(other, "few")).toEqual(form);
    expect(tensorSize(other, form)).toEqual(tensorSize(first, form));
  });

  test("stands beside shape and range in text", () => {
    expect(captionOf(summary(1, 64, 56, 56), formOf(summary(1, 64, 56, 56), "few"))).toBe(
      "1×64×56×56\u00a0 −1…3",
    );
    expect(captionOf([1, 2], formOf([1, 2], "few"))).toBe("(2)");
  });
});

describe("cells", () => {
  const show = (numbers: number[], cells = new Cells()): Cells => {
    const sheet = { rows: 1, columns: numbers.length, numbers };
    const shades = { bound: 2, grey: false };
    cells.show([{ sheet, at: { x: 0, y: 0 } }], { width: 4, height: 4 }, shades);
    return cells;
  };
  const drawn = ({ element }: Cells): string[] =>
    [...element.querySelectorAll("path[fill-opacity]")].flatMap((path) => {
      const d = path.getAttribute("d");
      return d === null
        ? []
        : [`${path.getAttribute("class")} ${path.getAttribute("fill-opacity")} ${d}`];
    });

  test("that are alike and side by side are one piece; 0 is the ground", () => {
    expect(drawn(show([2, 2, 0, -1]))).toEqual(["plus 1 M0 0h8v4h-8z", "minus 0.5 M12 0h4v4h-4z"]);
  });

  test("keep their paths while numbers change", () => {
    const cells = show([2, -1]);
    const paths = [...cells.element.children];
    show([-1, 2], cells);
    expect([...cells.element.children]).toEqual(paths);
    expect(drawn(cells)).toEqual(["plus 1 M4 0h4v4h-4z", "minus 0.5 M0 0h4v4h-4z"]);
  });

  test("that aren't finite are crossed out", () => {
    const cross = show([NaN, 1]).element.querySelector(".not-finite")!.getAttribute("d");
    expect(cross).toBe("M0 0l4 4M4 0l-4 4");
  });
});

test("numbers that outgrow their room are all written smaller", () => {
  const form = formOf([1, 2], "few");
  const picture = tensorPicture(form, false)!;
  picture.show([1, -0.000123456]);
  const sizes = [...picture.element.querySelectorAll("text")].map((text) =>
    Number(text.getAttribute("font-size")),
  );
  expect(sizes[0]).toBeLessThan(CELL_SIZE);
  expect(sizes[1]).toBe(sizes[0]);
});

describe("texts that have too little room", () => {
  const place = { kind: "value", at: { x: 0, y: 0 }, side: 0 } as const;
  const long = Array.from({ length: 9 }, (_, i) => (i % 2 ? -0.0012345 : 0.0098765) * (i + 1));

  test.each([400, 150, 120, 90])("a caption keeps its size in %i", (width) => {
    const form = formOf(long, "few");
    const { caption } = tensorAt({ ...place, room: { width, height: 40 } }, long, form);
    expect(caption.size).toBe(CAPTION_SIZE);
    expect(caption.text).toMatch(/^\(9\)/);
  });

  test("a caption loses digits, not its range, where that is enough", () => {
    const value = [...long];
    const at = (width: number): string =>
      tensorAt({ ...place, room: { width, height: 40 } }, value, formOf(value, "few")).caption.text;
    expect(at(400)).toContain("−0.00988…0.0889");
    const texts = Array.from({ length: 60 }, (_, i) => at(160 - i));
    expect(texts).toContain("(9)\u00a0 −0.0099…0.089");
  });

  test("the numbers of one vector have one size", () => {
    const form = formOf([1, 2, 3], "few");
    if (form.kind !== "numbers") throw new Error("not written out");
    const texts = elementTexts(form, [1, -0.0012345, 2.38e-7]);
    expect(new Set(texts.map(({ size }) => size)).size).toBe(1);
    expect(texts[0]!.size).toBeLessThan(CELL_SIZE);
    expect(texts.map(({ text }) => text)).toEqual(["1", "−0.0012", "2.4e−7"]);
  });
});

test("what the colours of a picture mean is told", () => {
  expect(coloursOf("gradient", formOf(tensor(9, 9), "few"), false)).toContain("Orange above 0");
  expect(coloursOf("value", formOf(summary(64, 100), "few"), false)).toContain("Green above 0");
  expect(coloursOf("value", formOf(tensor(9, 9), "few"), true)).toContain("ink");
  expect(coloursOf("value", formOf(tensor(2), "few"), false)).toBe("");
});
