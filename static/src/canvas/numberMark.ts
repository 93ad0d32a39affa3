/** What stands beside an arrow: a number, or a tensor's picture with its shape and its range. */
import type { WireTensor } from "../api/client.js";
import type { Point, Size } from "../layout/types.js";
import type { TensorsAs } from "../model/look.js";
import { formatNumber, isNonFinite, isScalar, NOTHING } from "../model/numbers.js";
import { spokenOf, type Sides } from "../model/sheets.js";
import { NUMBER_SIZE, USUAL_NUMBER } from "./scene.js";
import { svg, type Attributes } from "./svg.js";
import {
  CAPTION_LINE,
  CAPTION_SIZE,
  captionOf,
  formOf,
  tensorSize,
  type Form,
} from "./tensorForm.js";
import { pictureKey, tensorPicture, type TensorPicture } from "./tensorPicture.js";
import { textWidth } from "./text.js";

/** What stands for a number that the reader is to find. */
const ASKED = "?";

export type NumberKind = "value" | "gradient" | "local";

export interface NumberMarkInput {
  readonly kind: NumberKind;
  /** The middle of its place, and what the layout keeps free there. */
  readonly at: Point;
  readonly room: Size;
  /** To which side of its line it stands. */
  readonly side: number;
  readonly marker: Attributes;
  readonly tensors: TensorsAs;
  readonly image: Sides | undefined;
}

export class NumberMark {
  readonly element: SVGGElement;
  private readonly title = svg("title");
  private readonly text: SVGTextElement;
  private picture: TensorPicture | undefined;
  private pictured: WireTensor | undefined;
  private form: Form | undefined;
  private key = "";

  constructor(private readonly input: NumberMarkInput) {
    const { at, kind, marker } = input;
    this.text = svg("text", { x: at.x, y: at.y, "font-size": NUMBER_SIZE, ...marker });
    this.element = svg("g", { class: `number ${kind}` }, this.title, this.text);
  }

  /** `asked`: it is for the reader to find. `whole`: all elements of what travelled as a summary. */
  show(value: WireTensor | null | undefined, asked = false, whole?: WireTensor): void {
    const scalar = value === null || value === undefined || isScalar(value);
    if (asked) this.showNumber(ASKED);
    else if (scalar) this.showNumber(formatNumber(value));
    else this.showTensor(whole ?? value);
    this.title.textContent = asked ? `What is this ${this.input.kind}?` : this.titleOf(value);
    this.element.classList.toggle("tensor", !asked && !scalar);
    this.element.classList.toggle("idle", this.text.textContent === NOTHING);
    this.element.classList.toggle("bad", !asked && isNonFinite(value));
    this.element.classList.toggle("asked", asked);
  }

  private titleOf(value: WireTensor | null | undefined): string {
    const { kind } = this.input;
    if (value === null && kind === "gradient") return "no gradient: nothing flows here";
    return `${kind === "local" ? "local derivative" : kind} ${spokenOf(value)}`;
  }

  private showNumber(text: string): void {
    const { at, side, room, kind } = this.input;
    this.picture?.element.remove();
    this.text.textContent = text;
    this.text.setAttribute("font-size", String(NUMBER_SIZE));
    // It stands next to its line, however much room a tensor would have.
    const spare = textWidth(USUAL_NUMBER, NUMBER_SIZE, 500) - textWidth(text, NUMBER_SIZE, 500);
    const aside = Math.max(0, room.width - textWidth(text, NUMBER_SIZE, 500), spare) / 2;
    const above = Math.max(0, (room.height - NUMBER_LINE) / 2);
    this.text.setAttribute("x", String(at.x - side * aside));
    this.text.setAttribute("y", String(at.y + (kind === "gradient" ? -above : above)));
  }

  private showTensor(value: WireTensor): void {
    const form = this.formFor(value);
    const { at, room, kind } = this.input;
    const caption = captionOf(value, form);
    const { height } = tensorSize(value, form);
    const fits = Math.min(
      1,
      Math.max(room.width, form.width) / textWidth(caption, CAPTION_SIZE, 500),
    );
    const top = at.y - height / 2;
    const below = kind === "gradient";
    this.text.textContent = caption;
    this.text.setAttribute("font-size", String(CAPTION_SIZE * fits));
    this.text.setAttribute("x", String(at.x));
    this.text.setAttribute(
      "y",
      String(below ? top + height - CAPTION_LINE / 2 : top + CAPTION_LINE / 2),
    );
    if (!this.picture) return;
    const y = below ? top : top + height - form.height;
    this.picture.element.setAttribute("transform", `translate(${at.x - form.width / 2} ${y})`);
    if (value !== this.pictured) this.picture.show(value);
    this.pictured = value;
    this.element.append(this.picture.element);
  }

  /** The form of a value; its picture is made anew where it differs from the last one. */
  private formFor(value: WireTensor): Form {
    const { tensors, image, kind } = this.input;
    const key = pictureKey(value, image);
    if (!this.form || key !== this.key) {
      this.picture?.element.remove();
      this.pictured = undefined;
      this.form = formOf(value, tensors, image);
      this.picture = tensorPicture(this.form, image !== undefined && kind === "value");
      this.key = key;
    }
    return this.form;
  }
}

/** The height of a number's line. */
export const NUMBER_LINE = 16;
