/** Commands that change what one sees. */
import { switchTheme } from "../theme.js";
import type { Command } from "./command.js";
import type { Context } from "./context.js";

const ZOOM_STEP = 1.3;

const always = (): boolean => true;

export function viewCommands({
  canvas,
  formula,
  chooseCommand,
  showShortcuts,
  showTour,
  toggleThickness,
}: Context): Command[] {
  return [
    {
      name: "zoom-in",
      label: () => "Zoom in",
      icon: "M10 4v12M4 10h12",
      keys: ["+", "Shift++", "="],
      enabled: always,
      run: () => {
        canvas.zoomBy(ZOOM_STEP);
      },
    },
    {
      name: "zoom-out",
      label: () => "Zoom out",
      icon: "M4 10h12",
      keys: ["-"],
      enabled: always,
      run: () => {
        canvas.zoomBy(1 / ZOOM_STEP);
      },
    },
    {
      name: "fit",
      label: () => "Show the whole graph",
      icon: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
      keys: ["0"],
      enabled: always,
      run: () => {
        canvas.fit();
      },
    },
    {
      name: "palette",
      label: () => "Show or hide the ops",
      icon: "M3 4h14v12H3ZM8 4v12",
      keys: ["$mod+Shift+KeyB"],
      enabled: always,
      run: () => document.body.classList.toggle("palette-open"),
    },
    {
      name: "panel",
      label: () => "Show or hide the panel",
      icon: "M3 4h14v12H3ZM12 4v12",
      keys: ["$mod+KeyB"],
      enabled: always,
      run: () => document.body.classList.toggle("panel-closed"),
    },
    {
      name: "formula",
      label: () => "Write a formula",
      keys: ["/"],
      enabled: always,
      run: () => {
        formula.focus();
      },
    },
    {
      name: "thickness",
      label: () => "Thickness by the gradient's size, on or off",
      keys: ["$mod+Shift+KeyW"],
      enabled: always,
      run: toggleThickness,
    },
    {
      name: "theme",
      label: () => "Switch between light and dark",
      keys: [],
      enabled: always,
      run: switchTheme,
    },
    {
      name: "commands",
      label: () => "All commands",
      icon: "M4 6h12M4 10h12M4 14h12",
      keys: ["$mod+KeyK"],
      enabled: always,
      run: () => {
        chooseCommand();
      },
    },
    {
      name: "shortcuts",
      label: () => "Keyboard shortcuts",
      keys: ["Shift+?"],
      enabled: always,
      run: showShortcuts,
    },
    {
      name: "tour",
      label: () => "A short tour",
      keys: [],
      enabled: always,
      run: showTour,
    },
  ];
}
