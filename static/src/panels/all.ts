/** Every view at the side but the first, in the order of their tabs. */
import { chainRule } from "./chainRule.js";
import { checkPanel } from "./check.js";
import { code } from "./code.js";
import { health } from "./health.js";
import type { MakePanel } from "./panel.js";
import { practicePanel } from "./practice.js";
import { verifyPanel } from "./verify.js";
import { whatIfPanel } from "./whatIf.js";

export const PANELS: readonly MakePanel[] = [
  chainRule,
  code,
  checkPanel,
  whatIfPanel,
  verifyPanel,
  practicePanel,
  health,
];
