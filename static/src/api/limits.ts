/** How much the server takes, so that what is more isn't sent at all. */
import type { GraphDocument } from "./client.js";
import { ApiError } from "./problem.js";

/** In bytes. A page that knows them says them; until then everything is sent. */
export const most = { body: Infinity, file: Infinity };

/** Raises what the server would answer to a body or a file of so many bytes. */
export function ensureTaken(what: string, bytes: number, budget: keyof typeof most): void {
  const limit = most[budget];
  if (bytes <= limit) return;
  const detail = `${what} has ${megabytes(bytes)}, and this server takes ${megabytes(limit)}`;
  throw new ApiError({
    type: TOO_LARGE,
    title: "Too large",
    status: 413,
    detail,
    errors: [{ code: TOO_LARGE, detail, budget, limit, actual: bytes }],
  });
}

/** How long the values of a request's graph are: nearly all of what is large, and known without writing it out. */
export function valuesLength(content: unknown): number {
  const { graph } = content as { graph?: GraphDocument };
  return (graph?.nodes ?? []).reduce((sum, { value }) => sum + lengthOf(value), 0);
}

/** Values of documents don't change, so each is written out once. */
const lengths = new WeakMap<object, number>();

function lengthOf(value: GraphDocument["nodes"][number]["value"]): number {
  if (typeof value !== "object" || value === null) return 0;
  if ("data" in value) return value.data.length;
  const length = lengths.get(value) ?? JSON.stringify(value).length;
  lengths.set(value, length);
  return length;
}

export const TOO_LARGE = "urn:backarrow:problem:too-large";

/** Two digits, so that what is over a limit never reads like the limit. */
const megabytes = (bytes: number): string => `${Number((bytes / 1e6).toPrecision(2))} MB`;
