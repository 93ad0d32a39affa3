/** A check of every element of a large graph: begun by a button, followed while it runs, and left off at any time. */
import { signal } from "@preact/signals-core";
import { ApiError, type Fault } from "../api/client.js";
import type { CheckProgress, GradientCheck } from "../api/check.js";

export type Ask = (
  signal: AbortSignal,
  tell: (progress: CheckProgress) => void,
) => Promise<GradientCheck>;

export interface EveryState {
  /** What was asked, in short. */
  readonly key: string;
  readonly running: boolean;
  readonly progress?: CheckProgress;
  readonly answer?: GradientCheck;
  readonly faults: readonly Fault[];
}

export class EveryCheck {
  private readonly state = signal<EveryState | undefined>(undefined);
  private aborting: AbortController | undefined;

  /** What has come of this question: undefined where it hasn't been asked. A check of another one is left off. */
  of(key: string): EveryState | undefined {
    const state = this.state.value;
    if (state?.key === key) return state;
    this.aborting?.abort();
    return undefined;
  }

  /** Begins. */
  async run(key: string, ask: Ask): Promise<void> {
    this.aborting?.abort();
    const aborting = new AbortController();
    this.aborting = aborting;
    this.state.value = { key, running: true, faults: [] };
    const tell = (progress: CheckProgress): void => {
      if (!aborting.signal.aborted) this.state.value = { key, running: true, progress, faults: [] };
    };
    try {
      const answer = await ask(aborting.signal, tell);
      if (!aborting.signal.aborted) this.state.value = { key, running: false, answer, faults: [] };
    } catch (error) {
      if (this.aborting !== aborting) return;
      this.state.value = undefined;
      if (aborting.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.state.value = { key, running: false, faults: error.faults };
    }
  }

  /** Leaves off what is running; the server stops too. */
  cancel(): void {
    this.aborting?.abort();
    this.state.value = undefined;
  }
}
