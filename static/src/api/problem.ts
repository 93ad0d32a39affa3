/** What the server says, or its silence, when it can't do what was asked. */
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

/** An answer that says nothing. */
export const unread = (status: number): ApiError =>
  new ApiError(away(status, `The server answered ${status}.`));

/** No answer at all. */
export const unreachable = (): ApiError =>
  new ApiError(
    away(
      0,
      "The server can't be reached. Your changes are kept; numbers come when it answers again.",
    ),
  );

/** An answer of several lines that stopped before the last one. */
export const brokenOff = (remedy: string): ApiError =>
  new ApiError({
    ...away(0, `The answer broke off before its end. ${remedy}`),
    title: "Broken off",
  });

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
