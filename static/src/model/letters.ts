/** What an op's formulas call its inputs. */
import type { Op } from "../api/client.js";

/** The letter of the input in a slot, in LaTeX. A variadic op numbers its inputs. */
export function letterOf(op: Op | undefined, slot: number): string {
  const names = op?.inputs.names ?? [];
  const last = names.at(-1) ?? "x";
  const beyond = slot - names.length + 1;
  if (op?.inputs.variadic && beyond >= 0) return `${last}_{${beyond + 1}}`;
  return names[slot] ?? last;
}

/** The same as plain text. */
export const plainLetterOf = (op: Op | undefined, slot: number): string =>
  letterOf(op, slot).replace(/_\{(\d+)\}$/, " $1");
