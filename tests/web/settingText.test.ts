import { describe, expect, test } from "vitest";
import type { Op } from "../../static/src/api/client.ts";
import { letterOf, plainLetterOf } from "../../static/src/model/letters.ts";
import { defaultText, readSetting, writeSetting } from "../../static/src/model/settingText.ts";
import { op } from "./ops.ts";

type Param = Op["params"][number];
const param = (kind: Param["kind"], value: Param["default"]): Param => ({
  name: "p",
  kind,
  default: value,
});

describe("settings as they are typed", () => {
  test.each<[string, Param["kind"], unknown]>([
    ["", "text", undefined],
    [" ij,jk->ik ", "text", "ij,jk->ik"],
    ["[1, 2]", "text", "[1, 2]"],
    ["2", "integer", 2],
    ["-1", "axis", -1],
    ["0 1", "axis", [0, 1]],
    ["[3]", "axis", [3]],
    ["3", "shape", [3]],
    ["(2, 3)", "shape", [2, 3]],
    ["-0.5", "number", -0.5],
    [
      "[[1, 2], [0, 3]]",
      "pairs",
      [
        [1, 2],
        [0, 3],
      ],
    ],
    [
      "(1, 2), (0, 3)",
      "pairs",
      [
        [1, 2],
        [0, 3],
      ],
    ],
    ["1 2", "pairs", [[1, 2]]],
  ])("%s as %s", (text, kind, value) => {
    expect(readSetting(text, kind)).toEqual({ ok: true, value });
  });

  test.each<[string, Param["kind"]]>([
    ["two", "number"],
    ["[]", "shape"],
    ["[1, 2, 3]", "pairs"],
    ["[1, 2], [3]", "pairs"],
    ["one", "pairs"],
  ])("%s is no %s", (text, kind) => {
    expect(readSetting(text, kind)).toMatchObject({ ok: false });
  });

  test("what is written reads back", () => {
    for (const [value, kind] of [
      [
        [
          [1, 2],
          [0, 3],
        ],
        "pairs",
      ],
      ["1:3, ::-1", "text"],
      [[2, 3], "shape"],
      [[2], "axis"],
      [0.25, "number"],
    ] as const)
      expect(readSetting(writeSetting(value as never), kind)).toEqual({ ok: true, value });
  });

  test("an empty field shows the default", () => {
    expect(defaultText(param("axis", null))).toBe("all");
    expect(defaultText(param("number", null))).toBe("none");
    expect(defaultText(param("text", "i,i->"))).toBe("i,i->");
    expect(defaultText(param("pairs", []))).toBe("[]");
  });
});

test("a variadic op numbers its inputs", () => {
  const total = op("total", ["x"], { inputs: { names: ["x"], variadic: true } });
  expect([0, 1, 2].map((slot) => letterOf(total, slot))).toEqual(["x_{1}", "x_{2}", "x_{3}"]);
  expect(plainLetterOf(total, 1)).toBe("x 2");
  expect(letterOf(op("times", ["x", "y"]), 1)).toBe("y");
});
