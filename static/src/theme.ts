/** Light or dark: as the system says, until a person chooses. */
import { always, keep, kept } from "./storage.js";

const KEY = "theme";

export type Theme = "light" | "dark";

const system = (): Theme => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

const stored = (): Theme | undefined => {
  const value = kept(always, KEY);
  return value === "light" || value === "dark" ? value : undefined;
};

export const theme = (): Theme => stored() ?? system();

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme();
}

export function switchTheme(): void {
  const next: Theme = theme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  keep(always, KEY, next);
}

/** Applies the theme, follows the system, and makes every `[data-switch-theme]` button switch. */
export function startTheme(): void {
  applyTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
  for (const button of document.querySelectorAll("[data-switch-theme]"))
    button.addEventListener("click", switchTheme);
}
