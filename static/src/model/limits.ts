/** What can be done where a graph is more than the server takes. */
import type { Fault } from "../api/client.js";

/** Whether nothing is wrong but that the server takes less. */
export const onlyTooMuch = (faults: readonly Fault[]): boolean =>
  faults.length > 0 && faults.every(({ budget }) => typeof budget === "string");

/** How the server is to be started to take what was too much; undefined where no budget is exceeded. */
export function remedy(faults: readonly Fault[]): string | undefined {
  const wanted = new Map<string, number>();
  for (const { budget, actual } of faults)
    if (budget && actual) wanted.set(budget, Math.max(actual, wanted.get(budget) ?? 0));
  const settings = [...wanted].map(([budget, actual]) => `${setting(budget)}=${roomFor(actual)}`);
  return settings.length > 0 ? settings.join(" ") : undefined;
}

const setting = (budget: string): string => `BACKARROW_MAX_${budget.toUpperCase()}`;

/** Somewhat more than is needed, in two digits. */
function roomFor(actual: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(actual)) - 1);
  return Math.ceil((1.1 * actual) / unit) * unit;
}
