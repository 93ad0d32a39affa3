import { expect, test } from "vitest";
import { lettersAt, renamed, rulesOf } from "../../static/src/model/rules.ts";
import { op } from "./ops.ts";

const equation = (node: string, symbols: string): Parameters<typeof rulesOf>[0][number] => ({
  node,
  phase: "forward",
  latex: symbols,
  symbols,
});
const rules = rulesOf([
  equation("a", "\\text{x = y} = 3"),
  equation("x", "x_{0} = 2"),
  equation("p", "p = \\text{x = y} \\, x_{0}"),
  { ...equation("a", "\\frac{\\partial p}{\\partial a} = 1"), phase: "backward" },
]);
const node = { id: "p", op: "times", inputs: ["a", "x"] };
const times = {
  ...op("times", ["x", "y"]),
  elementwise: true,
  latex: { value: "x \\, y", partials: ["y", "x"] },
};

test("names are what equations begin with", () => {
  expect(rules.names.get("a")).toBe("\\text{x = y}");
  expect(rules.equations.get("p")).toBe("p = \\text{x = y} \\, x_{0}");
});

test("letters are exchanged all at once, and only letters", () => {
  const letters = lettersAt(node, times, rules)!;
  expect(renamed("x \\, y", letters)).toBe("\\text{x = y} \\, x_{0}");
  expect(renamed("\\exp x + \\operatorname{y} + xy", letters)).toBe(
    "\\exp \\text{x = y} + \\operatorname{y} + xy",
  );
});

test("an elementwise result is called by the node's name, unless an input has the letter", () => {
  const exp = { ...times, inputs: { ...times.inputs, names: ["x"] } };
  expect(renamed("y", lettersAt({ ...node, inputs: ["a"] }, exp, rules)!)).toBe("p");
  expect(renamed("y", lettersAt(node, times, rules)!)).toBe("x_{0}");
});

test("other ops have capitals for matrices, and a y of their own", () => {
  const dot = {
    ...times,
    elementwise: false,
    inputs: { ...times.inputs, names: ["x", "w"] },
    latex: { value: "X \\cdot W", partials: ["y", "X^{\\top}"] },
  };
  const letters = lettersAt(node, dot, rules)!;
  expect(renamed("X \\cdot W + y", letters)).toBe("\\text{x = y} \\cdot x_{0} + y");
});

test("where letters have indices, or a name isn't known, the op's letters stay", () => {
  const sum = { ...times, latex: { value: "\\sum_i x_i", partials: ["1"] } };
  expect(lettersAt(node, sum, rules)).toBeUndefined();
  expect(lettersAt({ ...node, inputs: ["a", "gone"] }, times, rules)).toBeUndefined();
});
