import { expect, test } from "vitest";
import { findOps } from "../../static/src/model/opSearch.ts";
import { op } from "./ops.ts";

const ops = [
  op("correlate2d", ["x", "w"], { aliases: ["conv2d"] }),
  op("conv2d", ["x", "w", "b"]),
  op("conv2d_wide", ["x"]),
  op("tanh", ["x"]),
];
const found = (text: string): string[] => findOps(ops, text).map((hit) => hit.op.name);

test("an op's own name goes before another op's other name", () => {
  expect(found("conv2d")).toEqual(["conv2d", "correlate2d", "conv2d_wide"]);
});

test("letters that have changed places are found", () => {
  expect(found("tahn")).toEqual(["tanh"]);
  expect(found("tahnk")).toEqual([]);
});
