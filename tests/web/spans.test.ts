import { describe, expect, test } from "vitest";
import type { ViewSpan } from "../../static/src/api/views.ts";
import { cutLines, segmentsOf } from "../../static/src/model/spans.ts";

const span = (node: string, start: number, end: number): ViewSpan => ({
  node,
  start,
  end,
  phase: "forward",
});

describe("a text cut at its nodes", () => {
  const text = "# t\ns = x * y\n";
  const segments = segmentsOf(text, [span("s", 4, 13), span("x", 8, 9), span("y", 12, 13)]);

  test("is whole again when joined", () => {
    expect(segments.map((segment) => segment.text).join("")).toBe(text);
  });

  test("belongs to the innermost node, and lies within the others", () => {
    expect(segments.map((segment) => [segment.text, segment.node])).toEqual([
      ["# t\n", undefined],
      ["s = ", "s"],
      ["x", "x"],
      [" * ", "s"],
      ["y", "y"],
      ["\n", undefined],
    ]);
    expect(segments[2]!.within).toEqual(["s", "x"]);
    expect(segments.map(({ first }) => first)).toEqual([false, true, true, false, true, false]);
  });

  test("may have one node within itself, spans in any order, and none at all", () => {
    const twice = segmentsOf("ab", [span("b", 1, 2), span("a", 0, 2)]);
    expect(twice.map(({ node }) => node)).toEqual(["a", "b"]);
    expect(segmentsOf("plain", [])).toHaveLength(1);
    expect(segmentsOf("", [])).toEqual([]);
  });
});

test("a long text is cut after a line", () => {
  const text = "a\nb\nc\n";
  const segments = segmentsOf(text, [span("a", 0, 1), span("b", 2, 3), span("c", 4, 5)]);
  const { shown, lines } = cutLines(segments, 2);
  expect(shown.map((segment) => segment.text).join("")).toBe("a\nb\n");
  expect(lines).toBe(3);
  expect(cutLines(segments, 9).shown).toEqual(segments);
});
