/** Short names for long texts. */

/** A text's 53-bit hash (cyrb53, by bryc, public domain): texts that differ share one about never. */
export function digest(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

/** Values of documents don't change, so each is gone through once. */
const known = new WeakMap<object, string>();

/** Two equal values have the same short name, whichever documents they are of. */
export function digestOf(value: object): string {
  const before = known.get(value);
  if (before !== undefined) return before;
  const found = digest(JSON.stringify(value));
  known.set(value, found);
  return found;
}
