/** Every view at the side but the first, in the order of their tabs. */
import { checkPanel } from "./check.js";
import type { MakePanel } from "./panel.js";
import { practicePanel } from "./practice.js";
import { verifyPanel } from "./verify.js";
import { whatIfPanel } from "./whatIf.js";

export const PANELS: readonly MakePanel[] = [checkPanel, whatIfPanel, practicePanel, verifyPanel];
