/** What stands beside an arrow: a number, or a tensor's picture with its shape and its range. */
import type { WireTensor } from "../api/client.js";
import type { Manner } from "../model/look.js";
import { formatNumber, isNonFinite, isScalar, NOTHING } from "../model/numbers.js";
import { extentOf, spokenOf, type Sides } from "../model/sheets.js";
import { numberAt, tensorAt, type NumberRoom } from "./numberPlace.js";
import { NUMBER_SIZE } from "./scene.js";
import { svg, type Attributes } from "./svg.js";
import { formOf, type Form } from "./tensorForm.js";
import { pictureKey, tensorPicture, type TensorPicture } from "./tensorPicture.js";
import { ASKED, coloursOf } from "./words.js";

export interface NumberMarkInput extends NumberRoom {
  readonly marker: Attributes;
  readonly tensors: Manner["tensors"];
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
    this.title.textContent = asked
      ? `What is this ${this.input.kind}?`
      : this.titleOf(whole ?? value);
    this.element.classList.toggle("tensor", !asked && !scalar);
    this.element.classList.toggle("idle", this.text.textContent === NOTHING);
    this.element.classList.toggle("bad", !asked && isNonFinite(value));
    this.element.classList.toggle("asked", asked);
  }

  private titleOf(value: WireTensor | null | undefined): string {
    const { kind, image } = this.input;
    if (value === null && kind === "gradient") return "no gradient: nothing flows here";
    const told = `${kind === "local" ? "local derivative" : kind} ${spokenOf(value)}`;
    if (value === null || value === undefined || isScalar(value)) return told;
    const isImage = image !== undefined && kind === "value";
    return `${told}${coloursOf(kind, this.formFor(value), isImage && extentOf(value).min >= 0)}`;
  }

  private showNumber(text: string): void {
    this.picture?.element.remove();
    this.write({ text, size: NUMBER_SIZE, ...numberAt(this.input, text) });
  }

  private showTensor(value: WireTensor): void {
    const { caption, picture } = tensorAt(this.input, value, this.formFor(value));
    this.write(caption);
    if (!this.picture) return;
    this.picture.element.setAttribute("transform", `translate(${picture.x} ${picture.y})`);
    if (value !== this.pictured) this.picture.show(value);
    this.pictured = value;
    this.element.append(this.picture.element);
  }

  private write({ text, size, x, y }: { text: string; size: number; x: number; y: number }): void {
    this.text.textContent = text;
    this.text.setAttribute("font-size", String(size));
    this.text.setAttribute("x", String(x));
    this.text.setAttribute("y", String(y));
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
