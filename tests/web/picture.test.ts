/** Pictures: their colours and widths, and DOT files as Graphviz reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { expect, test } from "vitest";
import { colours, translucent } from "../../static/src/picture/colours.ts";
import { element, escaped, label } from "../../static/src/picture/element.ts";
import { tableWidth } from "../../static/src/picture/measure.ts";

const GOLDEN = "tests/golden";
const tokens = readFileSync("static/src/styles/tokens.css", "utf8");

/** The value of a custom property in each theme, as the page has them. */
function tokenOf(name: string, dark: boolean): string | undefined {
  const [light, darkRules] = tokens.split(':root[data-theme="dark"] {');
  return new RegExp(`--${name}: ([^;]+);`).exec((dark ? darkRules : light)!)?.[1];
}

test.each([false, true])("the colours of a picture are the page's (dark: %s)", (dark) => {
  for (const [name, colour] of Object.entries(colours(dark)))
    if (name === "ground") expect(colour).toBe(dark ? tokenOf("paper", true) : "#ffffff");
    else expect(colour, name).toBe(tokenOf(name, dark));
});

test("a colour that lets something through is told in two attributes", () => {
  expect(translucent("rgb(26 86 219 / 6%)")).toEqual({
    fill: "rgb(26, 86, 219)",
    "fill-opacity": 0.06,
  });
  expect(translucent("#ffffff")).toEqual({ fill: "#ffffff" });
});

test("text stays text", () => {
  expect(escaped('<b>"&\u0000\ud800\uffff')).toBe("&lt;b&gt;&quot;&amp;   ");
  expect(element("g", { a: '"', b: undefined, c: 1 / 3 })).toBe('<g a="&quot;" c="0.33"/>');
  expect(label(0, 0, 10, "</text>")).toContain(">&lt;/text&gt;</text>");
});

test("widths grow with what is written", () => {
  expect(tableWidth("", 10)).toBe(0);
  expect(tableWidth("MM", 10)).toBeCloseTo(2 * tableWidth("M", 10));
  expect(tableWidth("i", 10)).toBeLessThan(tableWidth("M", 10));
  expect(tableWidth("한국", 10)).toBe(20);
  expect(tableWidth("é", 10)).toBeCloseTo(tableWidth("e\u0301", 10), 1);
});

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  "#39": "'",
  "#45": "-",
  "#160": " ",
};

/** What Graphviz writes into its drawing. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!.replaceAll(/&([a-z]+|#\d+);/g, (whole, name: string) => ENTITIES[name] ?? whole),
  );

const dotFiles = readdirSync(GOLDEN).filter((name) => name.endsWith(".dot.golden"));

test.each(dotFiles)("Graphviz draws %s", async (name) => {
  const graphviz = await Graphviz.load();
  const dot = readFileSync(`${GOLDEN}/${name}`, "utf8");
  const texts = textsOf(graphviz.layout(dot, "svg"));
  const edges = dot.split("\n").filter((line) => line.includes(" -> "));
  expect(edges.length).toBeGreaterThan(5);
  // Every edge has its number, and nothing else than the labels is drawn.
  const labels = [...dot.matchAll(/label="((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    text!.replaceAll(/\\(.)/g, "$1").replaceAll("&amp;", "&"),
  );
  expect([...texts].sort()).toEqual(labels.sort());
});

test("Graphviz takes names literally", async () => {
  const graphviz = await Graphviz.load();
  const dot = readFileSync(`${GOLDEN}/hostile.dot.golden`, "utf8");
  const texts = textsOf(graphviz.layout(dot, "svg"));
  expect(texts).toContain('"quotes" \\ \\n \\N &lt; <b>x</b>');
  expect(texts).toContain("</script><script>alert(1)</script><!--");
  expect(texts).toContain('"]; } ]]> <g onload="alert(2)">');
});
