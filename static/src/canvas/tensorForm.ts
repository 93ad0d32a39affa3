/** In what form a tensor stands beside an arrow, and how large that is. It depends on the shape alone, not on the numbers. */
import type { Size, TextSize } from "../layout/types.js";
import type { Manner } from "../model/look.js";
import { formatSides, formatTight, isSummary, shapeOf } from "../model/numbers.js";
import { extentOf, rangeText, sheetCount, sidesOf, type Sides } from "../model/sheets.js";
import { elementsOf, sizeOf } from "../model/tensors.js";
import type { WireTensor } from "../api/client.js";
import { textWidth } from "./text.js";

/** Sizes of the caption's letters and of a tensor's numbers. */
export const CAPTION_SIZE = 11;
export const CELL_SIZE = 13;
/** What a line of each takes. */
export const CAPTION_LINE = 13;
export const CELL_LINE = 16;
/** Room for one of the numbers, and for the brackets around them all. */
export const USUAL_CELL = "−8.88";
export const BRACKETS = 12;

/** Numbers are written out up to so many: usually, and where numbers are asked for. */
const FEW = 6;
const MANY = 24;
/** How large a heat map is at the most; a strip of several is lower. */
const ROOM: Size = { width: 72, height: 48 };
const STRIP: Size = { width: 104, height: 36 };
const CELL = { least: 2, most: 10 } as const;
const SHEET_MOST: Sides = { rows: 24, columns: 36 };
/** A vector's cells are so high. */
const ROW_HEIGHT = 11;
/** Between two sheets of a strip, and after the last where there are more. */
export const SHEET_GAP = 4;
export const MORE_ROOM = 12;
const HISTOGRAM: Size = { width: 72, height: 26 };

export type Form = Size & { readonly sides: Sides } & (
    | { readonly kind: "caption" }
    | { readonly kind: "numbers"; readonly columnWidth: number }
    | { readonly kind: "histogram" }
    | {
        readonly kind: "cells";
        /** How many sheets are drawn, and whether that is all. */
        readonly sheets: number;
        readonly cut: boolean;
        /** Of one sheet as drawn. */
        readonly drawn: Sides;
        readonly cell: Size;
      }
  );

/** The picture of a tensor, without its caption; `image`: the sides of the images that it holds. */
export function formOf(value: WireTensor, tensors: Manner["tensors"], image?: Sides): Form {
  const shape = shapeOf(value);
  const sides = image ?? sidesOf(shape);
  if (tensors === "captions") return captionForm(sides);
  const most = tensors === "heat" ? 1 : tensors === "numbers" ? MANY : FEW;
  if (!image && shape.length < 3 && sizeOf(shape) <= most) return numbersForm(value, sides);
  if (tensors === "numbers" && !image) return captionForm(sides);
  if (isSummary(value)) return { kind: "histogram", sides, ...HISTOGRAM };
  return cellsForm(shape, sides);
}

const captionForm = (sides: Sides): Form => ({ kind: "caption", sides, width: 0, height: 0 });

function numbersForm(value: WireTensor, sides: Sides): Form {
  const longest = Math.max(
    ...[USUAL_CELL, ...(elementsOf(value) ?? []).map((number) => formatTight(number))].map((text) =>
      textWidth(text, CELL_SIZE, 500),
    ),
  );
  const columnWidth = longest + 6;
  return {
    kind: "numbers",
    sides,
    columnWidth,
    width: sides.columns * columnWidth + BRACKETS,
    height: sides.rows * CELL_LINE + 2,
  };
}

function cellsForm(shape: readonly number[], sides: Sides): Form {
  const count = sheetCount(shape, sides);
  const room = count > 1 ? STRIP : ROOM;
  const drawn = {
    rows: Math.min(sides.rows, SHEET_MOST.rows, Math.floor(room.height / CELL.least)),
    columns: Math.min(sides.columns, SHEET_MOST.columns),
  };
  const fit = Math.min(room.width / drawn.columns, room.height / drawn.rows, CELL.most);
  const side = Math.max(CELL.least, Math.floor(fit));
  const cell = { width: side, height: drawn.rows === 1 ? ROW_HEIGHT : side };
  const width = drawn.columns * cell.width;
  const fitting = Math.max(1, Math.floor((room.width + SHEET_GAP) / (width + SHEET_GAP)));
  const sheets = Math.min(count, fitting);
  const cut = count > sheets;
  return {
    kind: "cells",
    sides,
    sheets,
    cut,
    drawn,
    cell,
    width: sheets * (width + SHEET_GAP) - SHEET_GAP + (cut ? MORE_ROOM : 0),
    height: drawn.rows * cell.height,
  };
}

/** What stands beside the picture in text; `digits`: significant ones of its range, where the usual three are too many. */
export const captionOf = (value: WireTensor, { kind }: Form, digits?: number): string => {
  const shape = formatSides(shapeOf(value));
  return kind === "numbers" ? shape : `${shape}${APART}${rangeText(extentOf(value), digits)}`;
};

/** What a tensor takes beside an arrow. Its caption has room for usual numbers, so that none makes the drawing move. */
export function tensorSize(value: WireTensor, form: Form): TextSize {
  const usual =
    form.kind === "numbers" ? "" : `${formatSides(shapeOf(value))}${APART}${USUAL_RANGE}`;
  const texts = [captionOf(value, form), usual];
  const caption = Math.max(...texts.map((text) => textWidth(text, CAPTION_SIZE, 500)));
  return {
    width: Math.max(form.width, caption),
    height: form.height + (form.height > 0 ? 2 : 0) + CAPTION_LINE,
  };
}

/** Two spaces that stay two. */
const APART = "\u00a0 ";
const USUAL_RANGE = "−0.15…0.15";
