/** Sends files. `fetch` doesn't say how much of a body has gone out. */
import { answered } from "./http.js";
import { unreachable } from "./problem.js";

export interface Watch {
  /** Ends the call, which then fails. */
  readonly signal: AbortSignal;
  /** So much of the form has been sent, from 0 to 1. */
  progress(share: number): void;
}

export async function postForm(path: string, form: FormData, watch: Watch): Promise<unknown> {
  const { signal } = watch;
  const request = new XMLHttpRequest();
  request.open("POST", path);
  request.responseType = "json";
  await new Promise<void>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }): void => {
      watch.progress(loaded / total);
    };
    request.onload = (): void => {
      resolve();
    };
    request.onerror = (): void => {
      reject(unreachable());
    };
    signal.addEventListener("abort", () => {
      request.abort();
      reject(new DOMException("given up", "AbortError"));
    });
    request.send(form);
  });
  return answered(request.status, request.response);
}
