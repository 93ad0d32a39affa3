/** What stands beside arrows as SVG: numbers, and tensors as numbers in brackets, heat maps or histograms. */
import type { WireTensor } from "../api/client.js";
import { cellPaths } from "../canvas/heat.js";
import { numberAt, tensorAt, type NumberRoom } from "../canvas/numberPlace.js";
import { NUMBER_SIZE } from "../canvas/scene.js";
import { formOf, type Form } from "../canvas/tensorForm.js";
import {
  brackets,
  elementTexts,
  heatMap,
  histogramPaths,
  MORE_SIZE,
  moreAt,
  type Of,
} from "../canvas/tensorShapes.js";
import type { Manner } from "../model/look.js";
import { formatNumber, isNonFinite, isScalar } from "../model/numbers.js";
import { LEVELS, type Sides } from "../model/sheets.js";
import type { Colours } from "./colours.js";
import { element, label, type Attributes } from "./element.js";

export interface NumberLook {
  readonly manner: Manner;
  /** The sides of the images that the edge carries. */
  readonly image: Sides | undefined;
  readonly colours: Colours;
}

export function numberPicture(
  place: NumberRoom,
  shown: WireTensor | null | undefined,
  look: NumberLook,
): string {
  if (shown !== null && shown !== undefined && !isScalar(shown))
    return tensorPicture(place, shown, look);
  const text = formatNumber(shown);
  const { x, y } = numberAt(place, text);
  return label(x, y, NUMBER_SIZE, text, textLook(place, shown, look));
}

function tensorPicture(place: NumberRoom, value: WireTensor, look: NumberLook): string {
  const form = formOf(value, look.manner.tensors, look.image);
  const { caption, picture } = tensorAt(place, value, form);
  return (
    label(caption.x, caption.y, caption.size, caption.text, captionLook(place, value, look)) +
    element(
      "g",
      { transform: `translate(${picture.x.toFixed(2)} ${picture.y.toFixed(2)})` },
      ...shapes(form, place, value, look),
    )
  );
}

/** What a tensor's picture consists of. */
function shapes(form: Form, place: NumberRoom, value: WireTensor, look: NumberLook): string[] {
  if (form.kind === "numbers") return numbers(form, place, value, look);
  if (form.kind === "cells") return cells(form, place, value, look);
  return form.kind === "histogram" ? bars(form, place, value, look) : [];
}

function numbers(
  form: Of<"numbers">,
  place: NumberRoom,
  value: WireTensor,
  look: NumberLook,
): string[] {
  const around = line(look.colours["ink-soft"], 1.1);
  return [
    element("path", { d: brackets(form), ...around }),
    ...elementTexts(form, value).map(({ x, y, size, text, bad }) =>
      label(x, y, size, text, bad ? badLook(look) : goodLook(place, look)),
    ),
  ];
}

function cells(
  form: Of<"cells">,
  place: NumberRoom,
  value: WireTensor,
  look: NumberLook,
): string[] {
  const { colours, image } = look;
  const { sheets, shades } = heatMap(form, value, image !== undefined && place.kind === "value");
  const { ground, lines, bad, levels } = cellPaths(sheets, form.cell, shades);
  const { plus, minus } = shades.grey
    ? { plus: colours.ink, minus: colours.ink }
    : twoColours(place, colours);
  const more = moreAt(form);
  return [
    element("path", {
      d: ground,
      ...line(colours["border-strong"], 1),
      fill: colours["heat-zero"],
    }),
    ...[...levels].map(([level, d]) =>
      element("path", {
        d,
        fill: level > 0 ? plus : minus,
        "fill-opacity": Math.abs(level) / LEVELS,
      }),
    ),
    ...(lines === "" ? [] : [element("path", { d: lines, ...line(colours.ground, 1, 0.7) })]),
    ...(bad === "" ? [] : [element("path", { d: bad, ...line(colours.warn, 1.5) })]),
    ...(more ? [label(more.x, more.y, MORE_SIZE, "…", { fill: colours["ink-soft"] })] : []),
  ];
}

function bars(
  form: Of<"histogram">,
  place: NumberRoom,
  value: WireTensor,
  { colours }: NumberLook,
): string[] {
  const { plus, minus, axis } = histogramPaths(form, value);
  const fills = twoColours(place, colours);
  return [
    ...(plus === "" ? [] : [element("path", { d: plus, fill: fills.plus })]),
    ...(minus === "" ? [] : [element("path", { d: minus, fill: fills.minus })]),
    element("path", { d: axis, ...line(colours["ink-soft"], 1) }),
  ];
}

/** What is greater than 0, and what is less. */
const twoColours = ({ kind }: NumberRoom, colours: Colours): { plus: string; minus: string } =>
  kind === "gradient"
    ? { plus: colours["share-plus"], minus: colours["share-minus"] }
    : { plus: colours["value-plus"], minus: colours["value-minus"] };

const line = (stroke: string, width: number, opacity?: number): Attributes => ({
  fill: "none",
  stroke,
  "stroke-width": width,
  "stroke-opacity": opacity,
});

function textLook(
  place: NumberRoom,
  shown: WireTensor | null | undefined,
  look: NumberLook,
): Attributes {
  if (isNonFinite(shown)) return badLook(look);
  if (shown === null || shown === undefined)
    return { ...goodLook(place, look), fill: look.colours["ink-soft"] };
  return goodLook(place, look);
}

/** Captions of values are softer than numbers. */
function captionLook(place: NumberRoom, value: WireTensor, look: NumberLook): Attributes {
  const fill = place.kind === "gradient" ? goodLook(place, look).fill : look.colours["ink-soft"];
  return isNonFinite(value) ? badLook(look) : { ...goodLook(place, look), fill };
}

const badLook = ({ colours }: NumberLook): Attributes => ({
  "font-weight": 700,
  "text-decoration": "underline",
  fill: colours.warn,
});

/** Values and gradients, in the colours of their way of drawing. */
function goodLook({ kind }: NumberRoom, { manner, colours }: NumberLook): Attributes {
  const green = manner.convention === "cs231n";
  const fills = {
    local: colours.ink,
    value: green ? colours["value-green"] : colours.ink,
    gradient: green ? colours["gradient-red"] : colours["accent-text"],
  };
  return { "font-weight": 500, fill: fills[kind] };
}
