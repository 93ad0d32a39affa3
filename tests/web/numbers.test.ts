import { expect, test } from "vitest";
import {
  formatBrief,
  formatFull,
  formatLong,
  formatNumber,
  formatRows,
  formatSpoken,
  isNonFinite,
  readNumber,
  readTensor,
  shapeOf,
} from "../../static/src/model/numbers.ts";

test.each([
  [715.0000000000001, "715"],
  [1.1, "1.1"],
  [220.00000000000003, "220"],
  [0.7310585786300049, "0.7311"],
  [-0.19661193324148185, "−0.1966"],
  [2.2e-9, "2.2e−9"],
  [-2.23456e-10, "−2.235e−10"],
  [0, "0"],
  [-0, "0"],
  [1234567, "1234567"],
  [12345678, "1.235e7"],
  [12345.678, "12350"],
  [1e21, "1e21"],
  [0.001, "0.001"],
  [0.00099999, "0.001"],
  [-4, "−4"],
])("%d is drawn as %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("what isn't a number is shown as such, and nothing as a dash", () => {
  expect(formatNumber("NaN")).toBe("NaN");
  expect(formatNumber("Infinity")).toBe("∞");
  expect(formatNumber("-Infinity")).toBe("−∞");
  expect(formatNumber(null)).toBe("–");
  expect(formatNumber(undefined)).toBe("–");
});

test("in full, every digit is there", () => {
  expect(formatFull(220.00000000000003)).toBe("220.00000000000003");
  expect(formatFull(-1e21)).toBe("−1e21");
});

test("a tensor goes by its shape, and in words by its elements", () => {
  expect(formatBrief([[1, 2, 3]])).toBe("(1, 3)");
  expect(formatLong([[1, -2.5]])).toBe("[[1, −2.5]]");
  expect(formatLong(Array.from({ length: 500 }, () => 1)).length).toBe(401);
  expect(shapeOf([[[1], [2]]])).toEqual([1, 2, 1]);
  const summary = {
    shape: [40, 40],
    min: 0,
    max: 1,
    mean: 0.5,
    std: 0.1,
    preview: [[0]],
    histogram: [],
  };
  expect(formatBrief(summary)).toBe("(40, 40)");
  expect(formatLong(summary)).toBe("(40, 40), mean 0.5");
  expect(formatSpoken(summary)).toBe("a 40×40 tensor");
});

test("a sentence has the numbers of a small tensor, and of others what they are", () => {
  expect(
    formatSpoken([
      [0.5, 0],
      [0, -1.5],
    ]),
  ).toBe("[[0.5, 0], [0, −1.5]]");
  expect(formatSpoken([1, 2, 3, 4, 5, 1 / 3])).toBe("[1, 2, 3, 4, 5, 0.3333]");
  expect(formatSpoken([1, 2, 3, 4, 5, 6, 7])).toBe("a vector of 7");
  expect(formatSpoken(Array.from({ length: 3 }, () => [1, 2, 3]))).toBe("a 3×3 tensor");
  expect(formatSpoken(1)).toBe("1");
});

test("a tensor is edited a row a line, and read back as it was", () => {
  for (const tensor of [
    [
      [1, 2],
      [3, 4],
    ],
    [1, -2.5],
    [[[1]], [[2]]],
  ]) {
    expect(readTensor(formatRows(tensor))).toEqual({ tensor });
  }
  expect(
    formatRows([
      [1, 2],
      [3, 4],
    ]),
  ).toBe("[[1,2],\n [3,4]]");
});

test("NaN is found wherever it hides", () => {
  expect(isNonFinite([[1, "NaN"]])).toBe(true);
  expect(isNonFinite([[1, 2]])).toBe(false);
  expect(isNonFinite(null)).toBe(false);
});

test.each([
  ["3", 3],
  [" -2.5 ", -2.5],
  ["−2", -2],
  ["1e-3", 0.001],
  [".5", 0.5],
  ["4.", 4],
])("%j is the number %d", (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each(["", "1.2.3", "1e999", "0x10", "NaN", "Infinity", "2 3", "alert(1)"])(
  "%j is no number",
  (text) => {
    expect(readNumber(text)).toBeUndefined();
  },
);

test("tensors are read as typed, and faults are told", () => {
  expect(readTensor("[[1, 2], [−3, 4]]")).toEqual({
    tensor: [
      [1, 2],
      [-3, 4],
    ],
  });
  expect(readTensor("1\t2\n3\t4\r\n")).toEqual({
    tensor: [
      [1, 2],
      [3, 4],
    ],
  });
  expect(readTensor("1 2 3")).toEqual({ tensor: [1, 2, 3] });
  expect(readTensor("1,5")).toEqual({ fault: "Write the decimal mark as a point: 1.5" });
  expect(readTensor("[1, [2]]")).toEqual({ fault: "The rows are not equally long." });
  expect(readTensor("[[1], [2, 3]]")).toEqual({ fault: "The rows are not equally long." });
  expect(readTensor("[]")).toEqual({ fault: "A list is empty." });
  expect(readTensor("[true]")).toEqual({
    fault: "Only numbers and lists of numbers can stand here.",
  });
  expect(readTensor("[1e999]")).toEqual({ fault: "A number is too large." });
  expect(readTensor("hello")).toHaveProperty("fault");
});
