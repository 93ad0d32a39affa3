/** The exercise that is under way, which the browser keeps as long as its tab is open. */
import { keep, kept, perTab } from "../storage.js";

/** Where a tab keeps the exercise that is under way, for the page to go on with when it is loaded again. */
const TASK = "practice";

export const keptTask = (): string | null => kept(perTab, TASK);

export const keepTask = (text: string | undefined): void => {
  keep(perTab, TASK, text);
};
