/** An op's formulas with the graph's names in place of the op's own letters. */
import type { ViewEquation } from "../api/views.js";
import { sidesOf } from "./derivation.js";
import type { GraphNode, Op } from "../api/client.js";

/** What the equations of a graph say of its nodes, in LaTeX. */
export interface Rules {
  /** What each node is called. */
  readonly names: ReadonlyMap<string, string>;
  /** The equation by which each node is computed. */
  readonly equations: ReadonlyMap<string, string>;
}

export function rulesOf(all: readonly ViewEquation[]): Rules {
  const equations = new Map(
    all.flatMap(({ node, phase, symbols }) =>
      phase === "forward" ? [[node, symbols] as const] : [],
    ),
  );
  const names = new Map([...equations].map(([node, symbols]) => [node, sidesOf(symbols)[0]!]));
  return { names, equations };
}

/**
 * What each of the op's letters is called at a node; undefined where a name isn't known, or where the op's formulas give their letters
 * indices, which names have already. An elementwise op's result is its y, unless an input has that letter; of other ops a matrix is a
 * capital.
 */
export function lettersAt(
  node: GraphNode,
  { inputs, latex, elementwise }: Op,
  { names }: Rules,
): ReadonlyMap<string, string> | undefined {
  const letters = new Map<string, string | undefined>();
  if (elementwise) letters.set("y", names.get(node.id));
  for (const [slot, source] of (node.inputs ?? []).entries()) {
    const letter = inputs.names[slot] ?? "";
    letters.set(letter, names.get(source));
    if (!elementwise) letters.set(letter.toUpperCase(), names.get(source));
  }
  const indexed = [latex.value, ...latex.partials].some((formula) =>
    wordsOf(formula).some(([word, at]) => letters.has(word) && formula[at + word.length] === "_"),
  );
  const known = [...letters].flatMap(([letter, name]) =>
    /^[A-Za-z]$/.test(letter) && name !== undefined ? [[letter, name] as const] : [],
  );
  return indexed || known.length < letters.size ? undefined : new Map(known);
}

/** Commands, words, and letters by themselves. */
const WORDS = /\\(?:text|operatorname|mathrm)\{[^}]*\}|\\[A-Za-z]+|[A-Za-z]+/g;

const wordsOf = (latex: string): [word: string, at: number][] =>
  [...latex.matchAll(WORDS)].map((match) => [match[0], match.index]);

/** A formula with names for its letters. Letters within a command or a word are none of the op's. */
export const renamed = (latex: string, letters: ReadonlyMap<string, string>): string =>
  latex.replaceAll(WORDS, (word) => letters.get(word) ?? word);
