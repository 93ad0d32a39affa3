/** Asks the worker for layouts. */
import type { Answer, Request } from "./worker.js";
import type { LayoutInput, LayoutResult } from "./types.js";

interface Waiting {
  readonly resolve: (result: LayoutResult | undefined) => void;
  readonly reject: (error: Error) => void;
}

export class LayoutClient {
  private readonly worker: Worker;
  private waiting: Waiting | undefined;
  private next: Request | undefined;
  private busy = false;
  private count = 0;

  /** `url` is the address of the built worker. */
  constructor(url: string) {
    this.worker = new Worker(url, { type: "module" });
    this.worker.onmessage = (event: MessageEvent<Answer>): void => {
      this.done(event.data);
    };
    this.worker.onerror = (event): void => {
      this.done({ id: this.count, error: event.message || "The layout could not be loaded." });
    };
  }

  /** The input's layout, or undefined when a newer call has overtaken this one. */
  layout(input: LayoutInput): Promise<LayoutResult | undefined> {
    this.waiting?.resolve(undefined);
    const request: Request = { id: ++this.count, input };
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.busy) this.next = request;
      else this.send(request);
    });
  }

  dispose(): void {
    this.waiting?.resolve(undefined);
    this.worker.terminate();
  }

  private send(request: Request): void {
    this.busy = true;
    this.worker.postMessage(request);
  }

  private done(answer: Answer): void {
    this.busy = false;
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
