/** Every view at the side but the first, in the order of their tabs. */
import type { MakePanel } from "./panel.js";

export const PANELS: readonly MakePanel[] = [];
