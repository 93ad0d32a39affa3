/** Asks the worker for layouts. */
import { plain } from "./plain.js";
import type { Answer, Request } from "./worker.js";
import type { LayoutInput, LayoutResult } from "./types.js";

/** A layout that nobody waits for any more is given up, rather than waited for, after so many milliseconds. */
const PATIENCE = 300;

interface Waiting {
  readonly resolve: (result: LayoutResult | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** How far a layout is that takes a while. */
export interface Underway {
  readonly nodes: number;
  /** From 0 to 1. */
  readonly share: number;
}

export class LayoutClient {
  private worker: Worker;
  private waiting: Waiting | undefined;
  private next: Request | undefined;
  /** What the worker is at, and since when. */
  private current: (Request & { readonly since: number }) | undefined;
  private count = 0;

  /** `url` is the address of the built worker; `underway` is told how far a layout is, and undefined when it ends. */
  constructor(
    private readonly url: string,
    private readonly underway: (now: Underway | undefined) => void = () => undefined,
  ) {
    this.worker = this.start();
  }

  private start(): Worker {
    const worker = new Worker(this.url, { type: "module" });
    worker.onmessage = (event: MessageEvent<Answer>): void => {
      this.hear(event.data);
    };
    worker.onerror = (event): void => {
      this.hear({ id: this.count, error: event.message || "The layout could not be loaded." });
    };
    return worker;
  }

  /** The input's layout, or undefined when a newer call has overtaken this one. */
  layout(input: LayoutInput): Promise<LayoutResult | undefined> {
    this.waiting?.resolve(undefined);
    const request: Request = { id: ++this.count, input };
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.current && performance.now() - this.current.since > PATIENCE) this.stop();
      if (this.current) this.next = request;
      else this.send(request);
    });
  }

  /** Gives up the layout that is under way: its answer is a plain one. */
  cancel(): void {
    const { current } = this;
    if (!current) return;
    const { id, input } = this.next ?? current;
    this.stop();
    this.hear({ id, result: { ...plain(input), plain: true } });
  }

  dispose(): void {
    this.waiting?.resolve(undefined);
    this.worker.terminate();
  }

  /** The worker stops what it is at. */
  private stop(): void {
    this.worker.terminate();
    this.worker = this.start();
    this.current = undefined;
    this.next = undefined;
    this.underway(undefined);
  }

  private send(request: Request): void {
    this.current = { ...request, since: performance.now() };
    this.worker.postMessage(request);
  }

  private hear(answer: Answer): void {
    if ("share" in answer) {
      if (answer.id === this.count)
        this.underway({ nodes: this.current!.input.nodes.length, share: answer.share });
      return;
    }
    this.current = undefined;
    this.underway(undefined);
    if (this.next) {
      const { next } = this;
      this.next = undefined;
      this.send(next);
      return;
    }
    if (answer.id !== this.count) return;
    if ("error" in answer) this.waiting?.reject(new Error(answer.error));
    else this.waiting?.resolve(answer.result);
    this.waiting = undefined;
  }
}
