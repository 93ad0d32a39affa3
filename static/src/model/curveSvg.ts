/** A swept curve with its tangent as an SVG, to print: black and orange on white, whatever the page's theme. */
import { formatNumber } from "./numbers.js";
import { tangentAt, type Curve, type Here } from "./whatIf.js";

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 90;
const RIGHT = 24;
const TOP = 24;
const BOTTOM = 56;
/** How much of the height stays free above and below the curve. */
const ROOM = 0.06;

/** Undefined where the curve is finite nowhere. */
export function svgOf(curve: Curve, here: Here, x: string, output: string): string | undefined {
  const values = curve.value.filter((value) => value !== null);
  if (values.length === 0) return undefined;
  const [low, high] = spread(values);
  const [from, to] = [curve.x[0]!, curve.x.at(-1)!];
  const across = (at: number): number =>
    LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const down = (value: number): number =>
    HEIGHT - BOTTOM - (value / (high - low) - low / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const line = (ys: readonly (number | null)[]): string => pathOf(curve.x, ys, across, down);
  const tangent = curve.x.map((at) => tangentAt(here, at));
  const inside = here.x >= from && here.x <= to && Number.isFinite(here.value);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="14">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`,
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#888"/>`,
    `<g clip-path="url(#plot)" fill="none" stroke-width="2">`,
    `<path class="tangent" d="${line(tangent)}" stroke="#c2410c" stroke-dasharray="7 5"/>`,
    `<path class="curve" d="${line(curve.value)}" stroke="#1f2328"/>`,
    `</g>`,
    inside ? `<circle cx="${round(across(here.x))}" cy="${round(down(here.value))}" r="5"/>` : "",
    text(LEFT, HEIGHT - BOTTOM + 18, "start", formatNumber(from)),
    text(WIDTH - RIGHT, HEIGHT - BOTTOM + 18, "end", formatNumber(to)),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "middle", x),
    text(LEFT - 8, HEIGHT - BOTTOM, "end", formatNumber(low)),
    text(LEFT - 8, TOP + 10, "end", formatNumber(high)),
    text(LEFT, TOP - 8, "start", output),
    `</svg>\n`,
  ].join("\n");
}

function spread(values: readonly number[]): [number, number] {
  const [least, most] = values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  const room = least === most ? Math.max(1, Math.abs(least) / 2) : ROOM * (most - least);
  return [least - room, most + room];
}

/** Lines through the points, broken where one is missing. */
function pathOf(
  xs: readonly number[],
  ys: readonly (number | null)[],
  across: (x: number) => number,
  down: (y: number) => number,
): string {
  let path = "";
  let pen = "M";
  xs.forEach((x, i) => {
    const y = ys[i];
    if (y === null || y === undefined) {
      pen = "M";
      return;
    }
    // Far outside of the picture a coordinate would be too large to draw.
    const at = Math.min(1e5, Math.max(-1e5, down(y)));
    path += `${pen}${round(across(x))} ${round(at)}`;
    pen = "L";
  });
  return path;
}

const round = (value: number): number => Math.round(value * 100) / 100;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const text = (x: number, y: number, anchor: string, words: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${words.replaceAll(/[&<>]/g, (sign) => ENTITIES[sign]!)}</text>`;
