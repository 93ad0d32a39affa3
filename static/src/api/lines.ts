/** Answers that come as JSON, an object a line, while the server is at work. */
import { posted, refusal } from "./http.js";
import { ApiError, unreachable } from "./problem.js";

/** Asks, and hands over every line as it arrives. Aborting throws the signal's reason; other failures an `ApiError`. */
export async function postForLines(
  path: string,
  body: unknown,
  signal: AbortSignal,
  take: (line: unknown) => void,
): Promise<void> {
  try {
    const response = await fetch(path, { ...posted(body), signal });
    if (!response.ok || !response.body) throw await refusal(response);
    for await (const line of linesOf(response.body)) {
      signal.throwIfAborted();
      take(JSON.parse(line));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ApiError ? error : unreachable();
  }
}

/** The lines of a stream of bytes, wherever its chunks are cut. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + decoder.decode(read.value, { stream: true })).split("\n");
      rest = lines.pop()!;
      yield* lines.filter((line) => line !== "");
    }
    if (rest !== "") yield rest;
  } finally {
    await reader.cancel();
  }
}
