/** What is loaded when it is first wanted, so that the page needn't wait for it. */
import { signal } from "@preact/signals-core";

export class Late<T> {
  /** Undefined until it is there. */
  readonly value = signal<T | undefined>(undefined);
  /** Whether it could not be loaded when it was last wanted. */
  readonly failed = signal(false);
  private loading = false;

  constructor(private readonly load: () => Promise<T>) {}

  /** Loads it, unless it is there or under way. */
  want(): void {
    if (this.value.peek() === undefined && !this.loading) void this.fetch();
  }

  private async fetch(): Promise<void> {
    this.loading = true;
    this.failed.value = false;
    try {
      this.value.value = await this.load();
    } catch {
      this.failed.value = true;
    } finally {
      this.loading = false;
    }
  }
}
