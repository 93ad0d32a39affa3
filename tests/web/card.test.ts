// @vitest-environment happy-dom
import { html, render, type TemplateResult } from "lit-html";
import { describe, expect, test, vi } from "vitest";
import type { Evaluation, GraphDocument } from "../../static/src/api/client.ts";
import { Look } from "../../static/src/model/look.ts";
import { Playback } from "../../static/src/model/playback.ts";
import { Session } from "../../static/src/model/session.ts";
import { DrillView } from "../../static/src/panels/drill.ts";
import { inspector } from "../../static/src/panels/inspector.ts";
import { numbersTable } from "../../static/src/panels/values.ts";
import { op } from "./ops.ts";

// A formula as the LaTeX that it is made of, so that no number in it is overlooked.
vi.mock(import("../../static/src/panels/math.ts"), () => ({
  math: (latex: string) => html`<span>${latex}</span>`,
}));

// 31 · 17, with all numbers so odd that each can be told from the others.
const graph: GraphDocument = {
  nodes: [
    { id: "x", op: "input", value: 31 },
    { id: "y", op: "input", value: 17 },
    { id: "p", op: "times", inputs: ["x", "y"] },
    { id: "f", op: "twice", inputs: ["p"] },
  ],
  output: "f",
};
const back = (node: string, input: number, upstream: number, local: number): object => ({
  phase: "backward",
  node,
  input,
  upstream,
  local,
  gradient: upstream * local,
  latex: `${upstream} \\times ${local} = ${upstream * local}`,
});
const evaluation = {
  output: "f",
  order: ["x", "y", "p", "f"],
  nodes: {
    x: { value: 31, gradient: 34, shape: [] },
    y: { value: 17, gradient: 62, shape: [] },
    p: { value: 527, gradient: 2, shape: [] },
    f: { value: 1054, gradient: 1, shape: [] },
  },
  edges: [
    { source: "x", target: "p", input: 0, value: 31, gradient: 34 },
    { source: "y", target: "p", input: 1, value: 17, gradient: 62 },
    { source: "p", target: "f", input: 0, value: 527, gradient: 2 },
  ],
  trace: [
    {
      phase: "forward",
      node: "p",
      latex: "31 \\times 17 = 527",
      kept: [
        { name: "x", value: 31 },
        { name: "y", value: 17 },
      ],
    },
    { phase: "forward", node: "f", latex: "2 \\times 527 = 1054", kept: [] },
    back("f", 0, 1, 2),
    back("p", 0, 2, 17),
    back("p", 1, 2, 31),
  ],
  warnings: [],
} as unknown as Evaluation;

const ops = [
  op("input", []),
  op("times", ["x", "y"], {
    latex: { value: "x y", partials: ["y", "x"] },
    keeps: "Its inputs.",
    kept: ["x", "y"],
    source: "class Times:\n    kept = ()\n",
  }),
  op("twice", ["x"], { latex: { value: "2 x", partials: ["2"] } }),
];

async function opened(node: string): Promise<{ session: Session; look: Look }> {
  const session = new Session(graph, ops, () => Promise.resolve(evaluation));
  await new Promise((done) => setTimeout(done));
  session.selection.value = [node];
  return { session, look: new Look() };
}

function shown(template: TemplateResult): HTMLElement {
  const place = document.createElement("div");
  render(template, place);
  return place;
}

const nothing = (): void => undefined;
const card = ({ session, look }: { session: Session; look: Look }): HTMLElement =>
  shown(
    inspector(session, look, {
      open: nothing,
      fold: nothing,
      close: nothing,
      point: nothing,
      drill: new DrillView({ session, look }),
    }),
  );
const text = (place: HTMLElement, selector: string): string | undefined =>
  place.querySelector(selector)?.textContent.trim();
/** Everything a reader can come upon, titles too. */
const all = (place: HTMLElement): string =>
  [
    place.textContent,
    ...Array.from(place.querySelectorAll("[title]"), (one) => one.getAttribute("title")),
  ].join(" ");

describe("the card of a node", () => {
  test("tells what was kept, for which input, and shows the class that ran", async () => {
    const place = card(await opened("p"));
    expect(text(place, "[data-kept-value=x]")).toBe("31");
    expect(text(place, "[data-kept]")).toContain("Its inputs.");
    expect(text(place, "[data-inspector-upstream]")).toBe("2");
    expect(text(place, "summary")).toBe("The code that ran: class Times");
    expect(place.querySelectorAll(".listing code")).toHaveLength(2);
  });

  test("keeps back a gradient that is to be found, also in formulas and shares", async () => {
    const page = await opened("x");
    page.look.blanks.value = [{ kind: "gradient", node: "x" }];
    const place = card(page);
    expect(text(place, "[data-inspector-gradient]")).toBe("?");
    expect(text(place, "[data-inspector-value]")).toBe("31");
    expect(all(place)).not.toContain("34");
    expect(place.querySelector("[data-kept-back]")).not.toBeNull();
    page.session.selection.value = ["p"];
    expect(all(card(page))).not.toContain("34");
  });

  test("keeps back a value that is to be found, also where it was kept or is a local derivative", async () => {
    const page = await opened("p");
    page.look.blanks.value = [{ kind: "value", node: "x" }];
    expect(all(card(page))).not.toContain("31");
    page.session.selection.value = ["x"];
    expect(text(card(page), "[data-inspector-value]")).toBe("?");
    const table = shown(numbersTable(page.session, page.look));
    expect(text(table, "[data-row=x] td:nth-child(3)")).toBe("?");
    expect(all(table)).not.toContain("31");
    expect(text(table, "[data-row=x] td:nth-child(4)")).toBe("34");
  });

  test("shows at a step what has been computed until then, and a dash for the rest", async () => {
    const page = await opened("p");
    const playback = new Playback(page.session);
    playback.go(0);
    page.look.ahead.value = playback.ahead.value;
    expect(text(card(page), "[data-inspector-value]")).toBe("–");
    expect(all(card(page))).not.toContain("527");
    playback.go(1);
    page.look.ahead.value = playback.ahead.value;
    expect(text(card(page), "[data-inspector-value]")).toBe("527");
    expect(text(card(page), "[data-inspector-gradient]")).toBe("–");
    playback.go(4);
    page.look.ahead.value = playback.ahead.value;
    expect(text(card(page), "[data-inspector-gradient]")).toBe("2");
    expect(all(card(page))).not.toContain("34");
  });
});
