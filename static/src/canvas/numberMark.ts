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

/** A text, and where it stands. */
interface Written {
  readonly text: string;
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

export class NumberMark {
  readonly element: SVGGElement;
  private readonly title = svg("title");
  private readonly text: SVGTextElement;
  private picture: TensorPicture | undefined;
  private pictured: WireTensor | undefined;
  private form: Form | undefined;
  private key = "";
  // What stands in the page: to write the same again takes longer than to compare.
  private written: Written;
  private told = "";
  private states = "";

  constructor(private readonly input: NumberMarkInput) {
    const { at, kind, marker } = input;
    this.text = svg("text", { x: at.x, y: at.y, "font-size": NUMBER_SIZE, ...marker });
    this.written = { text: "", size: NUMBER_SIZE, x: at.x, y: at.y };
    this.element = svg("g", { class: `number ${kind}` }, this.title, this.text);
  }

  /** `asked`: it is for the reader to find. `whole`: all elements of what travelled as a summary. */
  show(value: WireTensor | null | undefined, asked = false, whole?: WireTensor): void {
    const scalar = value === null || value === undefined || isScalar(value);
    if (asked) this.showNumber(ASKED);
    else if (scalar) this.showNumber(formatNumber(value));
    else this.showTensor(whole ?? value);
    this.tell(asked ? `What is this ${this.input.kind}?` : this.titleOf(whole ?? value));
    this.setStates({
      tensor: !asked && !scalar,
      idle: this.written.text === NOTHING,
      bad: !asked && isNonFinite(value),
      asked,
    });
  }

  private tell(title: string): void {
    if (title !== this.told) this.title.textContent = this.told = title;
  }

  private setStates(on: Readonly<Record<string, boolean>>): void {
    const states = Object.keys(on)
      .filter((name) => on[name])
      .join(" ");
    if (states === this.states) return;
    for (const name of Object.keys(on)) this.element.classList.toggle(name, on[name]);
    this.states = states;
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

  private write({ text, size, x, y }: Written): void {
    const before = this.written;
    if (text !== before.text) this.text.textContent = text;
    if (size !== before.size) this.text.setAttribute("font-size", String(size));
    if (x !== before.x) this.text.setAttribute("x", String(x));
    if (y !== before.y) this.text.setAttribute("y", String(y));
    this.written = { text, size, x, y };
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
