/** Every view at the side but the first, in the order of their tabs. */
import type { MakePanel } from "./panel.js";
import { practicePanel } from "./practice.js";
import { verifyPanel } from "./verify.js";

export const PANELS: readonly MakePanel[] = [practicePanel, verifyPanel];
