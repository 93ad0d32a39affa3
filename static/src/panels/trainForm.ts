/** The fields of a training: the data and its leaves, the optimizer, the weights to begin with. */
import { signal, type Signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Fault, GraphDocument, GraphNode } from "../api/client.js";
import type { Dataset, Optimizer, Sample } from "../api/train.js";
import { nameIn, nameOf } from "../model/document.js";
import { counted } from "../model/learning.js";
import { formatNumber } from "../model/numbers.js";
import {
  dataLeaves,
  HELD,
  TABLE,
  type FieldFaults,
  type Settings,
  type Start,
} from "../model/trainSettings.js";
import { math } from "./math.js";
import { sentence } from "./problems.js";

const START_NAMES: Readonly<Record<Start, string>> = {
  keep: "As they are",
  normal: "Normal",
  xavier: "Xavier",
  he: "He",
};
/** What stands between the steps of an optimizer's formula. */
const STEPS_APART = /,\s*\\quad\s*/;
/** Texts longer than this aren't read from a file. */
const MOST_BYTES = 4_000_000;

/** What the form is filled with. */
export interface FormInput {
  readonly settings: Settings;
  readonly graph: GraphDocument;
  readonly datasets: readonly Dataset[];
  readonly optimizers: readonly Optimizer[];
  readonly faults: FieldFaults;
  /** A row of the chosen data as it fits the graph, and why it doesn't. */
  readonly sample: Sample | undefined;
  readonly misfits: readonly Fault[];
  /** Whether a training is under way that these settings belong to. */
  readonly fixed: boolean;
}

export class TrainForm {
  private readonly fileFault = signal("");

  constructor(
    private readonly settings: Signal<Settings>,
    private readonly tell: (notice: string) => void,
  ) {}

  view(input: FormInput): TemplateResult {
    return html`<details class="train-part" data-train-data>
        <summary>Data <span class="gist">${this.dataGist(input)}</span></summary>
        <fieldset ?disabled=${input.fixed}>
          ${this.fixedHint(input)} ${this.dataView(input)}
        </fieldset>
      </details>
      <details class="train-part" data-train-method>
        <summary>Method <span class="gist">${this.methodGist(input)}</span></summary>
        ${this.methodView(input)}
      </details>`;
  }

  set(change: Partial<Settings>): void {
    this.settings.value = { ...this.settings.peek(), ...change };
  }

  private fixedHint({ fixed }: FormInput): TemplateResult | typeof nothing {
    return fixed
      ? html`<p class="hint">The training goes on with these. Stop it to change them.</p>`
      : nothing;
  }

  private dataGist({ settings, datasets, sample }: FormInput): string {
    const { data, size } = settings;
    if (data === HELD) return "the numbers in the graph";
    const title = datasets.find(({ name }) => name === data)?.title ?? "own table";
    const rows = sample
      ? `, ${Math.min(Number(size), sample.count).toLocaleString("en")} at a time`
      : "";
    return `${title}${rows}`;
  }

  private methodGist({ settings, optimizers }: FormInput): string {
    const { optimizer, tuned, start } = settings;
    const chosen = optimizers.find(({ name }) => name === optimizer);
    const [first] = chosen?.params ?? [];
    const rate = first
      ? `, ${first.name} ${tuned[`${optimizer}.${first.name}`] ?? formatNumber(Number(first.default))}`
      : "";
    return `${chosen?.title ?? ""}${rate}${start === "keep" ? "" : `, ${START_NAMES[start]} weights`}`;
  }

  private dataView(input: FormInput): TemplateResult {
    const { settings, datasets, sample, misfits } = input;
    const { data, standardise } = settings;
    const chosen = datasets.find(({ name }) => name === data);
    return html`<label class="line"
        >Data set
        <select
          data-train-field="data"
          @change=${(event: Event) => {
            this.set({ data: chosenIn(event), picked: true, inputs: "", targets: "" });
          }}
        >
          ${[
            ...datasets.map(({ name, title }) => [name, title] as const),
            [TABLE, "Own table (CSV)"] as const,
            [HELD, "The numbers in the graph"] as const,
          ].map(([value, label]) => option(value, label, data))}
        </select></label
      >
      ${chosen ? html`<p class="hint">${chosen.doc}</p>` : nothing}
      ${chosen?.missing ? html`<p class="fault">${chosen.missing}</p>` : nothing}
      ${data === TABLE ? this.tableView(settings) : nothing}
      ${
        data === HELD
          ? html`<p class="hint">
              Every step takes the numbers that the graph’s inputs hold. There is nothing to test
              with.
            </p>`
          : html`${sample ? html`<p class="hint" data-train-fit>${fitSentence(input.graph, sample)}</p>` : nothing}
              ${misfits.map((fault) => html`<p class="fault" role="alert">${sentence(fault)}</p>`)}
              ${this.leafChoice(input, "inputs", "Features go into")}
              ${this.leafChoice(input, "targets", "Targets go into")}
              <div class="pair">
                ${this.field(input, "size", "Batch size", "Rows in a step")}
                ${this.field(input, "test", "Test part, %", "The part of the rows that is kept to test with", "20")}
              </div>
              <label class="check" title="Brings every column to mean 0 and deviation 1"
                ><input
                  type="checkbox"
                  .checked=${live(standardise)}
                  @change=${(event: Event) => {
                    this.set({ standardise: (event.target as HTMLInputElement).checked });
                  }}
                />Standardise the columns</label
              >`
      }`;
  }

  private tableView({ csv, column }: Settings): TemplateResult {
    return html`<label class="stacked"
        >Table, a row a line
        <textarea
          rows="4"
          spellcheck="false"
          data-train-field="csv"
          placeholder="x1,x2,class&#10;0,1,1&#10;1,1,0"
          .value=${live(csv)}
          @input=${(event: Event) => {
            this.set({ csv: (event.target as HTMLTextAreaElement).value });
          }}
        ></textarea>
      </label>
      <div class="pair">
        <label class="stacked"
          >or from a file
          <input
            type="file"
            accept=".csv,text/csv,text/plain"
            @change=${(event: Event) => void this.readFile(event)}
        /></label>
        <label class="stacked" title="Its name or its number, from 1"
          >Target column
          <input
            type="text"
            autocomplete="off"
            placeholder="the last one"
            .value=${live(column)}
            @change=${(event: Event) => {
              this.set({ column: (event.target as HTMLInputElement).value });
            }}
        /></label>
      </div>
      ${this.fileFault.value ? html`<p class="fault" role="alert">${this.fileFault.value}</p>` : nothing}`;
  }

  private async readFile(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) return;
    const fits = file.size <= MOST_BYTES;
    this.fileFault.value = fits ? "" : "The file is larger than 4 MB.";
    if (!fits) return;
    this.set({ csv: await file.text() });
    this.tell(`Read ${file.name}.`);
  }

  private leafChoice(
    { settings, graph, sample, misfits }: FormInput,
    which: "inputs" | "targets",
    label: string,
  ): TemplateResult {
    const chosen = settings[which];
    const told = misfits.length > 0 ? undefined : sample && [sample[which]].flat()[0];
    const guess =
      told === undefined || chosen !== "" ? "as guessed" : `${nameIn(graph, told)} (guessed)`;
    return html`<label class="line"
      >${label}
      <select
        data-train-field=${which}
        @change=${(event: Event) => {
          this.set({ [which]: chosenIn(event) });
        }}
      >
        ${option("", guess, chosen)}
        ${dataLeaves(graph).map((node: GraphNode) => option(node.id, nameOf(node), chosen))}
      </select></label
    >`;
  }

  private methodView(input: FormInput): TemplateResult {
    const { settings, optimizers, fixed } = input;
    const { optimizer, start, tuned } = settings;
    const chosen = optimizers.find(({ name }) => name === optimizer);
    return html`<fieldset ?disabled=${fixed}>
        <label class="line"
          >Optimizer
          <select
            data-train-field="optimizer"
            @change=${(event: Event) => {
              this.set({ optimizer: chosenIn(event) });
            }}
          >
            ${optimizers.map(({ name, title }) => option(name, title, optimizer))}
          </select></label
        >
      </fieldset>
      ${
        chosen
          ? html`<p class="hint">${chosen.doc}</p>
              ${chosen.latex.split(STEPS_APART).map((part) => math(part, true))}`
          : nothing
      }
      <div class="pair">
        ${(chosen?.params ?? []).map(({ name, default: usual }) => {
          const key = `${optimizer}.${name}`;
          return textField(
            key,
            name,
            tuned[key] ?? String(usual),
            input.faults.get(key),
            (text) => {
              this.set({ tuned: { ...this.settings.peek().tuned, [key]: text } });
            },
          );
        })}
      </div>
      <fieldset ?disabled=${fixed}>
        ${this.fixedHint(input)}
        <label class="line" title="What the parameters are before the first step"
          >Weights to begin with
          <select
            data-train-field="start"
            @change=${(event: Event) => {
              this.set({ start: chosenIn(event) as Start });
            }}
          >
            ${Object.entries(START_NAMES).map(([value, label]) => option(value, label, start))}
          </select></label
        >
        <div class="pair">
          ${start === "normal" ? this.field(input, "deviation", "Deviation", "The standard deviation of the weights") : nothing}
          ${this.field(input, "seed", "Seed", "Draws the weights, the test rows and the order of the others")}
        </div>
      </fieldset>`;
  }

  private field(
    { settings, faults }: FormInput,
    key: "size" | "test" | "deviation" | "seed",
    label: string,
    title: string,
    placeholder = "",
  ): TemplateResult {
    const set = (text: string): void => {
      this.set({ [key]: text });
    };
    return textField(key, label, settings[key], faults.get(key), set, title, placeholder);
  }
}

/** A number that is typed, with what is wrong with it beneath. */
export function textField(
  key: string,
  label: string,
  text: string,
  fault: string | undefined,
  set: (text: string) => void,
  title = "",
  placeholder = "",
): TemplateResult {
  return html`<label class="stacked" title=${title}
    >${label}
    <input
      type="text"
      inputmode="decimal"
      autocomplete="off"
      data-train-field=${key}
      placeholder=${placeholder}
      aria-invalid=${fault ? "true" : "false"}
      .value=${live(text)}
      @input=${(event: Event) => {
        set((event.target as HTMLInputElement).value);
      }}
    />
    ${fault ? html`<span class="fault" role="alert">${fault}</span>` : nothing}
  </label>`;
}

const option = (value: string, label: string, chosen: string): TemplateResult =>
  html`<option value=${value} .selected=${live(value === chosen)}>${label}</option>`;

const chosenIn = (event: Event): string => (event.target as HTMLSelectElement).value;

/** What the data is, and where it goes. */
function fitSentence(graph: GraphDocument, sample: Sample): string {
  const { count, features, target, classes, inputs, targets } = sample;
  const kind =
    classes.length > 0
      ? `one of ${counted(classes.length, "class", "classes")}`
      : "a number to come near";
  const into = inputs.map((id) => nameIn(graph, id)).join(", ");
  return `${counted(count, "row")} of ${counted(features.length, "number")} into ${into}; the target “${target}”, ${kind}, into ${nameIn(graph, targets)}.`;
}
