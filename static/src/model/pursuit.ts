/** An answer that follows something while it moves: one question at a time, and the newest one next. */
import { signal } from "@preact/signals-core";
import { ApiError, type Fault } from "../api/client.js";

interface Question<T> {
  readonly key: string;
  readonly ask: () => Promise<T>;
}

export class Pursuit<T> {
  /** The latest answer and the question that it belongs to. */
  readonly latest = signal<{ readonly key: string; readonly value: T } | undefined>(undefined);
  readonly faults = signal<readonly Fault[]>([]);
  private key: string | undefined;
  private next: Question<T> | undefined;
  private running = false;

  /** Asks, unless this is the question of last time. Cheap to call whenever something is rendered. */
  want(key: string, ask: () => Promise<T>): void {
    if (key === this.key) return;
    this.key = key;
    this.next = { key, ask };
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      await Promise.resolve(); // never change a signal while it is being rendered
      for (let now = this.next; now; now = this.next) {
        this.next = undefined;
        await this.answer(now);
      }
    } finally {
      this.running = false;
    }
  }

  private async answer({ key, ask }: Question<T>): Promise<void> {
    try {
      const value = await ask();
      this.latest.value = { key, value };
      this.faults.value = [];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.latest.value = undefined;
      this.faults.value = error.faults;
    }
  }
}
