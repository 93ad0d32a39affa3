/** Light or dark: as the system says, until a person chooses. */
const KEY = "theme";

export type Theme = "light" | "dark";

const system = (): Theme => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

const stored = (): Theme | undefined => {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined; // storage is blocked: the system decides
  }
};

export const theme = (): Theme => stored() ?? system();

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme();
}

export function switchTheme(): void {
  const next: Theme = theme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
}

/** Applies the theme, follows the system, and makes every `[data-switch-theme]` button switch. */
export function startTheme(): void {
  applyTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
  for (const button of document.querySelectorAll("[data-switch-theme]"))
    button.addEventListener("click", switchTheme);
}
