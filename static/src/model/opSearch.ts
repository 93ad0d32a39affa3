/** Finding an op by what somebody types. */
import type { Op } from "../api/client.js";
import { readNumber } from "./numbers.js";

export interface Found {
  readonly op: Op;
  /** A number that was typed is a constant of that value. */
  readonly value?: number;
}

/** Ops whose name, sign, other name or description fits, best first; all of them, leaves first, for an empty text. */
export function findOps(ops: Iterable<Op>, text: string): Found[] {
  const query = text.trim().toLowerCase();
  const all = [...ops].sort(
    (a, b) => Number(b.category === "leaves") - Number(a.category === "leaves"),
  );
  if (query === "") return all.map((op) => ({ op }));
  const value = readNumber(query);
  if (value !== undefined)
    return ["constant", "input", "parameter"].flatMap((name) => {
      const op = all.find((entry) => entry.name === name);
      return op ? [{ op, value }] : [];
    });
  return all
    .map((op, place) => ({ op, place, rank: rank(op, query) }))
    .filter((hit) => hit.rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ op }) => ({ op }));
}

/** Other signs that people type for an op's own. */
const TYPED: Readonly<Record<string, string>> = {
  "*": "×",
  "-": "−",
  "÷": "/",
  "^": "xʸ",
  "**": "xʸ",
  "@": "dot",
};

function rank(op: Op, query: string): number {
  const names = [op.name, ...op.aliases, op.symbol].map((name) => name.toLowerCase());
  if (names[0] === query) return 0;
  if (names.includes(query) || op.symbol === TYPED[query]) return 1;
  if (names.some((name) => name.startsWith(query))) return 2;
  if (names.some((name) => name.includes(query))) return 3;
  if (op.doc.toLowerCase().includes(query)) return 4;
  return names.some((name) => inOrder(name) === inOrder(query)) ? 5 : Infinity;
}

/** A word's letters from a to z: alike for words in which letters have changed places. */
const inOrder = (word: string): string => Array.from(word).sort().join("");

/** Ops by category, in the catalogue's order. */
export function byCategory(found: readonly Found[]): [string, Found[]][] {
  const groups = new Map<string, Found[]>();
  for (const hit of found) {
    const list = groups.get(hit.op.category);
    if (list) list.push(hit);
    else groups.set(hit.op.category, [hit]);
  }
  return [...groups];
}

/** What an op does, in one line. */
export const firstSentence = ({ doc }: Op): string =>
  doc.replaceAll("``", "").split(/(?<=\.) /)[0] ?? "";
