/** The layout in a worker: answers each `{id, input}` with `{id, result}` or `{id, error}`, and says meanwhile how far it is. */
import { layout } from "./layout.js";
import type { LayoutInput, LayoutResult } from "./types.js";

export interface Request {
  readonly id: number;
  readonly input: LayoutInput;
}

export type Answer =
  | { readonly id: number; readonly share: number }
  | { readonly id: number; readonly result: LayoutResult }
  | { readonly id: number; readonly error: string };

/** How often it says how far it is, in milliseconds; most layouts are done before the first time. */
const EVERY = 300;

function answer({ id, input }: Request): Answer {
  let last = performance.now();
  try {
    const result = layout(input, (share) => {
      const now = performance.now();
      if (now - last < EVERY) return;
      last = now;
      self.postMessage({ id, share } satisfies Answer);
    });
    return { id, result };
  } catch (error) {
    return { id, error: String(error) };
  }
}

self.onmessage = (event: MessageEvent<Request>): void => {
  self.postMessage(answer(event.data));
};
