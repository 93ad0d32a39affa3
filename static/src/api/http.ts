/** Calls over HTTP, and what goes wrong with them. */
import type { components } from "./schema.js";

export type Problem = components["schemas"]["Problem"];
export type Fault = components["schemas"]["ProblemError"];

/** The server's answer that it can't do what was asked, and why. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
  }

  /** What is wrong, at least one. */
  get faults(): readonly Fault[] {
    const { errors, detail, type } = this.problem;
    return errors?.length ? errors : [{ code: type, detail }];
  }
}

export const get = <T>(path: string): Promise<T> => call(path, {});

export const post = <T>(path: string, body: unknown): Promise<T> => call(path, posted(body));

/** The same where the answer is a file. */
export async function postForFile(path: string, body: unknown): Promise<Blob> {
  const response = await send(path, posted(body));
  if (response.ok) return response.blob();
  throw await refusal(response);
}

const posted = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await send(path, init);
  if (!response.ok) throw await refusal(response);
  const body = (await response.json().catch(() => undefined)) as unknown;
  if (body !== undefined) return body as T;
  throw unread(response);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiError(
      away(
        0,
        "The server can't be reached. Your changes are kept; numbers come when it answers again.",
      ),
    );
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => undefined)) as unknown;
  return isProblem(body) ? new ApiError(body) : unread(response);
}

const unread = ({ status }: Response): ApiError =>
  new ApiError(away(status, `The server answered ${status}.`));

/** The code of the fault that there is no answer. */
export const UNREACHABLE = "urn:backarrow:problem:unreachable";

const away = (status: number, detail: string): Problem => ({
  type: UNREACHABLE,
  title: "Unreachable",
  status,
  detail,
});

export const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string";
