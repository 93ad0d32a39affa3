/** The layout in a worker: answers each `{id, input}` with `{id, result}` or `{id, error}`. */
import { layout } from "./layout.js";
import type { LayoutInput, LayoutResult } from "./types.js";

export interface Request {
  readonly id: number;
  readonly input: LayoutInput;
}

export type Answer =
  | { readonly id: number; readonly result: LayoutResult }
  | { readonly id: number; readonly error: string };

function answer({ id, input }: Request): Answer {
  try {
    return { id, result: layout(input) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

self.onmessage = (event: MessageEvent<Request>): void => {
  self.postMessage(answer(event.data));
};
