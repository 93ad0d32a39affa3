/** The colours of a picture: those of the page (`styles/tokens.css`), on white where it is light. */

const LIGHT = {
  ink: "#1f2328",
  "ink-soft": "#59616b",
  ground: "#ffffff",
  "paper-raised": "#ffffff",
  "paper-sunk": "#f1efe8",
  line: "#3a4048",
  accent: "#c2410c",
  "accent-text": "#a83a0b",
  "accent-idle": "#d9d4c6",
  warn: "#8f1d1d",
  constant: "#6b7079",
  "value-green": "#17692f",
  "gradient-red": "#b3261e",
  frame: "rgb(26 86 219 / 6%)",
  "frame-line": "#7c93c4",
  "border-strong": "#8b8778",
  "heat-zero": "#ffffff",
  "value-plus": "#17692f",
  "value-minus": "#7b3294",
  "share-plus": "#c2410c",
  "share-minus": "#1f5fae",
} as const;

export type Colours = Readonly<Record<keyof typeof LIGHT, string>>;

const DARK: Colours = {
  ink: "#e8e6e0",
  "ink-soft": "#a9adb3",
  ground: "#16181b",
  "paper-raised": "#1f2226",
  "paper-sunk": "#101214",
  line: "#c6c9cd",
  accent: "#f97a3d",
  "accent-text": "#ff9a66",
  "accent-idle": "#3d3f44",
  warn: "#ff9d97",
  constant: "#9a9fa7",
  "value-green": "#6fd08c",
  "gradient-red": "#ff8a80",
  frame: "rgb(122 167 255 / 9%)",
  "frame-line": "#5b75ad",
  "border-strong": "#7a8088",
  "heat-zero": "#101214",
  "value-plus": "#6fd08c",
  "value-minus": "#c58be0",
  "share-plus": "#ff9152",
  "share-minus": "#6ea8ff",
};

export const colours = (dark: boolean): Colours => (dark ? DARK : LIGHT);

/** A colour that lets something through as the two attributes that every reader of SVG knows. */
export function translucent(colour: string): { fill: string; "fill-opacity"?: number } {
  const parts = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(colour);
  if (!parts) return { fill: colour };
  const [red, green, blue, percent] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { fill: `rgb(${red}, ${green}, ${blue})`, "fill-opacity": percent / 100 };
}
