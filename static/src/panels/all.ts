/** Every view at the side but the first, in the order of their tabs. */
import { health } from "./health.js";
import type { MakePanel } from "./panel.js";

export const PANELS: readonly MakePanel[] = [health];
