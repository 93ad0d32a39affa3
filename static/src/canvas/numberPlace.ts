/** Where texts and pictures stand in the room that the layout keeps free beside an arrow. */
import type { WireTensor } from "../api/client.js";
import type { Point, Size } from "../layout/types.js";
import { formatSides, shapeOf } from "../model/numbers.js";
import { NUMBER_SIZE, USUAL_NUMBER } from "./scene.js";
import { CAPTION_LINE, CAPTION_SIZE, captionOf, tensorSize, type Form } from "./tensorForm.js";
import { textWidth } from "./text.js";

export type NumberKind = "value" | "gradient" | "local";

export interface NumberRoom {
  readonly kind: NumberKind;
  /** The middle of its place, and what the layout keeps free there. */
  readonly at: Point;
  readonly room: Size;
  /** To which side of its line it stands. */
  readonly side: number;
}

/** The height of a number's line. */
export const NUMBER_LINE = 16;

/** The middle of a number: next to its line, however much room a tensor would have. */
export function numberAt({ kind, at, room, side }: NumberRoom, text: string): Point {
  const width = textWidth(text, NUMBER_SIZE, 500);
  const spare = textWidth(USUAL_NUMBER, NUMBER_SIZE, 500) - width;
  const aside = Math.max(0, room.width - width, spare) / 2;
  const above = Math.max(0, (room.height - NUMBER_LINE) / 2);
  return { x: at.x - side * aside, y: at.y + (kind === "gradient" ? -above : above) };
}

export interface TensorPlace {
  /** Its text around a point; with fewer digits where it wouldn't fit, and never smaller than its neighbours. */
  readonly caption: Point & { readonly text: string; readonly size: number };
  /** Where its picture begins. */
  readonly picture: Point;
}

/** A tensor's picture next to its line, and its caption beyond. */
export function tensorAt(
  { kind, at, room }: NumberRoom,
  value: WireTensor,
  form: Form,
): TensorPlace {
  const most = Math.max(room.width, form.width);
  const { height } = tensorSize(value, form);
  const top = at.y - height / 2;
  const below = kind === "gradient";
  return {
    caption: {
      text: captionWithin(value, form, most),
      size: CAPTION_SIZE,
      x: at.x,
      y: below ? top + height - CAPTION_LINE / 2 : top + CAPTION_LINE / 2,
    },
    picture: { x: at.x - form.width / 2, y: below ? top : top + height - form.height },
  };
}

/** A tensor's caption with as many digits as there is room for; its shape alone where not even one fits. */
function captionWithin(value: WireTensor, form: Form, most: number): string {
  const fits = (text: string): boolean => textWidth(text, CAPTION_SIZE, 500) <= most + SLACK;
  const texts = DIGITS.map((digits) => captionOf(value, form, digits));
  return texts.find(fits) ?? formatSides(shapeOf(value));
}

/** From the usual number of significant digits down. */
const DIGITS = [3, 2, 1];
/** Texts are measured once in fractions of a pixel and once in whole ones. */
const SLACK = 1;
