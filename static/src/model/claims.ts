/**
 * Gradients as they stand in somebody's notes or in what a program printed: `x = 2.2`, `dx: [1, 2]`, JSON, a Python dict with
 * arrays in it. The text is read, never run.
 */
import type { GraphDocument, Tensor } from "../api/client.js";
import { nameOf } from "./document.js";
import { MINUS, shapeOf } from "./numbers.js";

/** A name as it was written, and what stands behind it. */
export type Claim = readonly [name: string, tensor: Tensor];

export type ReadClaims =
  { readonly claims: readonly Claim[] } | { readonly fault: string; readonly line: number };

const LONGEST = 200_000;
const DEEPEST = 16;

type Kind = "name" | "text" | "number" | "mark" | "line" | "stray";
interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly line: number;
}

const TOKEN =
  /(?<space>[ \t\r]+|#[^\n]*)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w]))|(?<text>'[^'\n]*'|"[^"\n]*")|(?<name>[\p{L}_∂][\p{L}\p{N}_.∂/]*)|(?<mark>[[\](){}:=,;|])|(?<line>\n)|(?<stray>.)/gsu;

/** Every named number in a text, or what can't be read in it and where. */
export function readClaims(text: string): ReadClaims {
  if (text.length > LONGEST) return { fault: "The text is too long to read.", line: 1 };
  const reader = new Reader(tokens(text.replaceAll(MINUS, "-")));
  try {
    return { claims: reader.claims() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { fault: error.message, line: error.line };
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  for (const { groups, 0: word } of text.matchAll(TOKEN)) {
    const kind = Object.keys(groups!).find((name) => groups![name] !== undefined)!;
    if (kind !== "space") found.push({ kind: kind as Kind, text: word, line });
    if (kind === "line") line++;
  }
  return found;
}

class Unreadable extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const OPENING: Readonly<Record<string, string>> = { "[": "]", "(": ")" };

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  claims(): Claim[] {
    const claims: Claim[] = [];
    for (;;) {
      this.skip((token) => token.kind === "line" || isMark(token, ",;{}"));
      const token = this.next();
      if (!token) return claims;
      if (token.kind !== "name" && token.kind !== "text")
        throw this.unreadable(token, "a name was expected");
      // `grads = {…}` gives a whole dict a name.
      if (
        token.kind === "name" &&
        isMark(this.peek(), "=") &&
        isMark(this.tokens[this.at + 1], "{")
      ) {
        this.at += 2;
        continue;
      }
      let name = token.kind === "text" ? token.text.slice(1, -1) : token.text;
      for (let more = this.peek(); more?.kind === "name"; more = this.peek()) {
        name += ` ${more.text}`;
        this.at++;
      }
      if (isMark(this.peek(), ":=")) this.at++;
      this.skip(({ kind }) => kind === "line");
      claims.push([name, this.value(name)]);
    }
  }

  /** A number, a list, or either in the call by which Python prints it: `array(…)`, `np.float64(…)`. */
  private value(name: string): Tensor {
    const open: { readonly close: string; readonly items: unknown[] }[] = [];
    let calls = 0;
    for (;;) {
      const inside = open.at(-1);
      if (inside) this.skip((token) => token.kind === "line" || isMark(token, ","));
      const token = this.next();
      if (!token) throw this.unreadable(undefined, `nothing stands behind ${shown(name)}`);
      let done: unknown;
      if (token.kind === "number") done = this.number(token);
      else if (token.kind === "mark" && OPENING[token.text]) {
        if (open.length >= DEEPEST) throw this.unreadable(token, "the lists are nested too deep");
        open.push({ close: OPENING[token.text]!, items: [] });
        continue;
      } else if (inside && isMark(token, inside.close)) {
        open.pop();
        // Parentheses around a single thing are only that.
        done = inside.close === ")" && inside.items.length === 1 ? inside.items[0] : inside.items;
      } else if (token.kind === "name" && isMark(this.peek(), "(")) {
        calls++;
        continue;
      } else if (token.kind === "name" && calls > 0 && inside?.close === ")") {
        this.skipSetting();
        continue;
      } else throw this.unreadable(token, "a number or a list was expected");
      const around = open.at(-1);
      if (around) around.items.push(done);
      else return this.tensor(done, name, token);
    }
  }

  private number(token: Token): number {
    const number = Number(token.text);
    if (!Number.isFinite(number)) throw this.unreadable(token, "the number is too large");
    return number;
  }

  /** Passes over `dtype=float64` and its like. */
  private skipSetting(): void {
    let depth = 0;
    this.skip((token) => {
      if (isMark(token, "([")) depth++;
      if (isMark(token, ")]")) depth--;
      return depth >= 0 && !(depth === 0 && isMark(token, ","));
    });
  }

  private tensor(data: unknown, name: string, token: Token): Tensor {
    const sound = (value: unknown): boolean => {
      if (typeof value === "number") return true;
      if (!Array.isArray(value) || value.length === 0 || !value.every(sound)) return false;
      return new Set(value.map((item) => String(shapeOf(item as Tensor)))).size === 1;
    };
    if (!sound(data))
      throw new Unreadable(
        `${shown(name)} is no tensor: its lists are empty or not equally long.`,
        token.line,
      );
    return data as Tensor;
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private skip(passes: (token: Token) => boolean): void {
    for (let token = this.peek(); token && passes(token); token = this.peek()) this.at++;
  }

  private unreadable(token: Token | undefined, what: string): Unreadable {
    const found = token
      ? `, not ${token.kind === "line" ? "the line's end" : shown(token.text)}`
      : "";
    return new Unreadable(
      `${what[0]!.toUpperCase()}${what.slice(1)}${found}.`,
      token?.line ?? this.tokens.at(-1)?.line ?? 1,
    );
  }
}

const isMark = (token: Token | undefined, marks: string): boolean =>
  token?.kind === "mark" && marks.includes(token.text);

const shown = (text: string): string => `“${text.length > 24 ? `${text.slice(0, 24)}…` : text}”`;

export interface Matched {
  /** By node. */
  readonly claims: ReadonlyMap<string, Tensor>;
  /** Names that no node goes by. */
  readonly unknown: readonly string[];
}

/** Whose gradients those are: nodes go by their id or name, also as `dx`, `grad_x`, `x_grad`, `x.grad`, `dL/dx`. */
export function matchClaims(claims: readonly Claim[], graph: GraphDocument): Matched {
  const names = new Map<string, string>();
  for (const node of graph.nodes) names.set(plain(nameOf(node)), node.id);
  for (const { id } of graph.nodes) names.set(plain(id), id);
  const exact = new Set(graph.nodes.map(({ id }) => id));
  const found = new Map<string, Tensor>();
  const unknown: string[] = [];
  for (const [name, tensor] of claims) {
    const id = exact.has(name)
      ? name
      : spellings(name)
          .map((spelling) => names.get(plain(spelling)))
          .find((other) => other !== undefined);
    if (id === undefined) unknown.push(name);
    else found.set(id, tensor);
  }
  return { claims: found, unknown };
}

const plain = (name: string): string =>
  name
    .trim()
    .replaceAll(/[\s_]+/g, "_")
    .toLowerCase();

function spellings(name: string): string[] {
  const bare = [
    /^[d∂]\w*\/[d∂](.+)$/u,
    /^d[A-Za-z]_d(.+)$/,
    /^grads?[_.](.+)$/,
    /^(.+)[._]grad$/,
    /^d_?(.+)$/,
    /^∂_?(.+)$/u,
  ].flatMap((form) => form.exec(name)?.[1] ?? []);
  return [name, ...bare];
}
