import { describe, expect, test } from "vitest";
import type { GraphDocument } from "../../static/src/api/client.ts";
import type { Derivation, DerivationFactor } from "../../static/src/api/derivation.ts";
import { Look } from "../../static/src/model/look.ts";
import { graphKey } from "../../static/src/model/answer.ts";
import {
  barLength,
  choices,
  countsSentence,
  firstVariable,
  formatCount,
  isMeant,
  listedSum,
  pathName,
  seedOf,
  sidesOf,
  sumText,
  tangentNotes,
} from "../../static/src/model/derivation.ts";

// (x + y) · c
const graph: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 3, label: "one" },
    { id: "s", op: "plus", inputs: ["x", "y"] },
    { id: "y", op: "parameter", value: 4 },
    { id: "c", op: "constant", value: 2 },
    { id: "p", op: "times", inputs: ["s", "c"] },
  ],
};
const factor = (target: string, source: string): DerivationFactor => ({
  edge: `${target}:0`,
  source,
  target,
  input: 0,
  chain: "",
  latex: "",
  latex_values: "",
  latex_number: "",
  local: 1,
});

test("forward mode writes under each node how fast it moves, until another view is opened", () => {
  const forward = [
    { node: "x", tangent: 1, terms: [], latex: "" },
    { node: "s", tangent: -2.5, terms: [], latex: "" },
    { node: "p", tangent: "Infinity", terms: [], latex: "" },
  ] as const;
  const notes = tangentNotes({ graph, derivation: { forward } as unknown as Derivation });
  expect([...notes]).toEqual([
    ["x", "∂ 1"],
    ["s", "∂ −2.5"],
    ["p", "∂ ∞"],
  ]);
  const look = new Look();
  look.notes.value = notes;
  look.clear();
  expect(look.notes.value.size).toBe(0);
});

describe("what a derivation is about", () => {
  test("the leaves that ask for a gradient come first, a constant isn't among them", () => {
    const { leaves, others } = choices(graph);
    expect(leaves.map(({ id }) => id)).toEqual(["x", "y"]);
    expect(others.map(({ id }) => id)).toEqual(["c", "s", "p"]);
  });

  test("it begins with the leaf that is looked at, and else with the first", () => {
    const all = choices(graph);
    expect(firstVariable(all, [undefined, "y"])).toBe("y");
    expect(firstVariable(all, ["p", "y"])).toBe("y");
    expect(firstVariable(all, ["p", undefined])).toBe("x");
    expect(firstVariable({ leaves: [], others: all.others }, [])).toBe("c");
    expect(firstVariable({ leaves: [], others: [] }, [])).toBeUndefined();
  });

  test("a changed document has another key", () => {
    expect(graphKey(graph)).toBe(graphKey(graph));
    expect(graphKey({ ...graph })).not.toBe(graphKey(graph));
  });
});

test("a path is named from the input to the output", () => {
  const path = { factors: [factor("p", "s"), factor("s", "x")], product: 1 };
  expect(pathName(graph, path, "x")).toBe("one → s → p");
  expect(pathName(graph, { factors: [], product: 1 }, "p")).toBe("p");
});

test("an equation has its sides, and an equals sign in a name none", () => {
  expect(sidesOf("a = b + 1 = 2")).toEqual(["a", "b + 1", "2"]);
  expect(sidesOf(String.raw`\frac{\partial \text{a = b}}{x} = 3`)).toEqual([
    String.raw`\frac{\partial \text{a = b}}{x}`,
    "3",
  ]);
  expect(sidesOf(String.raw`\text{\{ = x} = 1`)).toEqual([String.raw`\text{\{ = x}`, "1"]);
});

test("sums, and what isn't a number", () => {
  expect(sumText([3, -2, "NaN"])).toBe("3 − 2 + NaN");
  const paths = [3, -2].map((product) => ({ factors: [], product }));
  expect(listedSum({ paths } as unknown as Derivation)).toBe(1);
  expect(seedOf(graph)).toBe(1);
  expect(seedOf({ ...graph, upstream: 2 })).toBe(2);
});

describe("what is pointed at", () => {
  const at = { edge: "p:0", source: "s", target: "p" };
  const none = { edges: [], edge: undefined, node: undefined };

  test("an edge is meant by itself or by either of its nodes", () => {
    expect(isMeant(none, at)).toBe(false);
    expect(isMeant({ ...none, node: "s" }, at)).toBe(true);
    expect(isMeant({ ...none, node: "p" }, at)).toBe(true);
    expect(isMeant({ ...none, node: "x" }, at)).toBe(false);
    expect(isMeant({ ...none, edge: "p:0" }, at)).toBe(true);
  });

  test("edges go before nodes", () => {
    expect(isMeant({ edges: ["s:0"], edge: undefined, node: "p" }, at)).toBe(false);
    expect(isMeant({ edges: [], edge: "p:1", node: "p" }, at)).toBe(false);
  });
});

describe("counts", () => {
  test("are grouped, and rounded once they are astronomical", () => {
    expect(formatCount("9999")).toBe("9999");
    expect(formatCount("1048576")).toBe("1\u202f048\u202f576");
    expect(formatCount(String(2n ** 120n))).toBe("about 1.329e36");
  });

  test("have bars that can be seen", () => {
    expect(barLength(5, 5)).toBe(100);
    expect(barLength(5, 10)).toBe(50);
    expect(barLength(1, 1e9)).toBe(1);
    expect(barLength(0, 0)).toBe(0);
    expect(barLength(Infinity, Infinity)).toBe(100);
    expect(barLength(3, Infinity)).toBe(1);
  });

  test("say that paths share edges only where they do", () => {
    const counted = (written: string, reverse: number): Derivation =>
      ({
        paths_total: "2",
        counts: { path_multiplications: written, reverse_multiplications: reverse },
      }) as unknown as Derivation;
    expect(countsSentence(counted("5", 4))).toContain("Paths share edges");
    expect(countsSentence(counted("4", 4))).not.toContain("Paths share edges");
    expect(countsSentence({ ...counted("0", 4), paths_total: "0" })).toBe("");
  });
});
