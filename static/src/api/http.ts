/** Calls over HTTP. */
import { ensureTaken, valuesLength } from "./limits.js";
import { ApiError, isProblem, unread, unreachable } from "./problem.js";

export const get = <T>(path: string): Promise<T> => call(path, {});

export const post = async <T>(path: string, body: unknown): Promise<T> => call(path, posted(body));

/** The same where the answer is a file. */
export async function postForFile(path: string, body: unknown): Promise<Blob> {
  const response = await send(path, posted(body));
  if (response.ok) return response.blob();
  throw await refusal(response);
}

/** A call that sends JSON; raises an `ApiError` where that is more than the server takes. */
export function posted(content: unknown): RequestInit {
  ensureTaken("The graph", valuesLength(content), "body");
  const body = JSON.stringify(content);
  ensureTaken("The graph", body.length, "body");
  return { method: "POST", headers: { "Content-Type": "application/json" }, body };
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await send(path, init);
  return answered(response.status, await bodyOf(response)) as T;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw unreachable();
  }
}

const bodyOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined);

/** What the server sent back, where that is what was asked for. */
export function answered(status: number, body: unknown): unknown {
  if (status < 200 || status > 299) throw refused(status, body);
  if (body !== undefined && body !== null) return body;
  throw unread(status);
}

const refused = (status: number, body: unknown): ApiError =>
  isProblem(body) ? new ApiError(body) : unread(status);

export const refusal = async (response: Response): Promise<ApiError> =>
  refused(response.status, await bodyOf(response));
