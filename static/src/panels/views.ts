/** What explains, loaded together: in files of their own, all that they share would lie in many small ones. */
export { chainRule } from "./chainRule.js";
export { checkPanel } from "./check.js";
export { code } from "./code.js";
export { DrillView } from "./drill.js";
export { health } from "./health.js";
export { Pieces } from "./pieces.js";
export { TensorFigures } from "./tensorFigure.js";
export { verifyPanel } from "./verify.js";
export { whatIfPanel } from "./whatIf.js";
