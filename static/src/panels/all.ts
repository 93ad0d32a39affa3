/** Every view at the side but the first, in the order of their tabs. */
import type { Tab } from "./panel.js";
import { keptTask } from "./practiceKept.js";

export const TABS: readonly Tab[] = [
  {
    label: "Chain rule",
    title: "A gradient written out as products of local derivatives along paths",
    load: async () => (await import("./views.js")).chainRule,
  },
  {
    label: "Code",
    title: "The graph as formula, Python, LaTeX and steps, linked with the drawing",
    load: async () => (await import("./views.js")).code,
  },
  {
    label: "Check",
    title: "Hold every gradient against numerical differentiation",
    load: async () => (await import("./views.js")).checkPanel,
  },
  {
    label: "What if",
    title: "Move a number: what the tangent says, what is true, and the whole curve",
    load: async () => (await import("./views.js")).whatIfPanel,
  },
  {
    label: "Verify",
    title: "Check the gradients that you worked out yourself",
    load: async () => (await import("./views.js")).verifyPanel,
  },
  {
    label: "Practice",
    title: "Predict numbers, then see whether you are right",
    load: async () => (await import("./practice.js")).practicePanel,
    // What is to be found must not be seen before.
    early: (task) => task !== undefined || keptTask() !== null,
  },
  {
    label: "Health",
    title: "Whether gradients vanish, explode or stop on the way back, and what helps",
    load: async () => (await import("./views.js")).health,
  },
  {
    label: "Train",
    title: "Let the parameters learn from data, and draw a digit to be read",
    load: async () => (await import("./train.js")).trainPanel,
  },
];
