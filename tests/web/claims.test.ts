import { expect, test } from "vitest";
import type { GraphDocument } from "../../static/src/api/client.ts";
import { matchClaims, readClaims } from "../../static/src/model/claims.ts";

const read = (text: string): unknown => {
  const answer = readClaims(text);
  return "fault" in answer ? answer : Object.fromEntries(answer.claims);
};

test.each([
  ["x = 2.2", { x: 2.2 }],
  ["x = 2.2\ny = -1e-3\n", { x: 2.2, y: -0.001 }],
  ["dx: 2.2; dy: −3", { dx: 2.2, dy: -3 }],
  ["x 2.2\ny\t3", { x: 2.2, y: 3 }],
  [
    '{"x": 2.2, "w": [[1, 2], [3, 4]]}',
    {
      x: 2.2,
      w: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ["{'x': 2.2, 'w': [1., .5]}", { x: 2.2, w: [1, 0.5] }],
  ["{'x': np.float64(2.2), 'b': array([1., 2.])}", { x: 2.2, b: [1, 2] }],
  [
    "{'w': array([[1., 2.],\n       [3., 4.]], dtype=float32), 'x': tensor(2., grad_fn=<MulBackward0>)}",
    {
      w: [
        [1, 2],
        [3, 4],
      ],
      x: 2,
    },
  ],
  [
    "w =\n[[1 2]\n [3 -4]]",
    {
      w: [
        [1, 2],
        [3, -4],
      ],
    },
  ],
  ["# my gradients\napple price = 2.2  # that was easy\n", { "apple price": 2.2 }],
  ["x = (1, 2)", { x: [1, 2] }],
  ["x = (3)", { x: 3 }],
  ["", {}],
])("%j is read", (text, claims) => {
  expect(read(text)).toEqual(claims);
});

test.each([
  ["x = ", "Nothing stands behind “x”.", 1],
  ["x = 1\ny = two", "A number or a list was expected, not “two”.", 2],
  ["x = 1 2", "A name was expected, not “2”.", 1],
  ["x = [[1, 2], [3]]", "“x” is no tensor: its lists are empty or not equally long.", 1],
  ["x = []", "“x” is no tensor: its lists are empty or not equally long.", 1],
  ["x = nan", "A number or a list was expected, not “nan”.", 1],
  ["x = 1e999", "The number is too large.", 1],
  ["x = __import__('os').system('ls')", "A number or a list was expected, not “'os'”.", 1],
  [`x = ${"[".repeat(100)}`, "The lists are nested too deep, not “[”.", 1],
  ["x = [1, 2", "Nothing stands behind “x”.", 1],
])("%j says what is wrong and where", (text, fault, line) => {
  const answer = readClaims(text);
  expect(answer).toMatchObject({ line });
  expect("fault" in answer && answer.fault.slice(0, fault.length - 1)).toBe(fault.slice(0, -1));
});

test("a text that would take long is not begun", () => {
  expect(readClaims("x".repeat(300_000))).toEqual({
    fault: "The text is too long to read.",
    line: 1,
  });
  const start = performance.now();
  readClaims(`x = [${"1 ".repeat(90_000)}]`);
  expect(performance.now() - start).toBeLessThan(2000);
});

const graph: GraphDocument = {
  nodes: [
    { id: "apple", op: "input", value: 1, label: "apple price" },
    { id: "x", op: "input", value: 1 },
    { id: "dx", op: "input", value: 1 },
    { id: "w", op: "input", value: 1 },
  ],
};

test("nodes go by id, by name, and by what gradients of them are usually called", () => {
  const names = ["Apple price", "dx", "dw", "pear"];
  const { claims, unknown } = matchClaims(
    names.map((name, i) => [name, i] as const),
    graph,
  );
  expect([...claims]).toEqual([
    ["apple", 0],
    ["dx", 1],
    ["w", 2],
  ]);
  expect(unknown).toEqual(["pear"]);
  for (const name of ["w", "dw", "d_w", "grad_w", "w_grad", "w.grad", "dL/dw", "∂f/∂w", "dL_dw"])
    expect([...matchClaims([[name, 1]], graph).claims.keys()], name).toEqual(["w"]);
});
