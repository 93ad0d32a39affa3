/** Keeps the drawing in line with the session and the look: new numbers and marks in the same drawing, or a new drawing. */
import { effect, untracked } from "@preact/signals-core";
import { numbersOf, type SceneNumbers } from "../canvas/numbers.js";
import { buildScene } from "../canvas/scene.js";
import type { Canvas } from "../canvas/canvas.js";
import type { LayoutInput, LayoutResult } from "../layout/types.js";
import type { GraphDocument } from "../api/client.js";
import { EMPTY, findNode } from "../model/document.js";
import { USUAL_MANNER, type Look, type Manner } from "../model/look.js";
import type { Played } from "../model/playback.js";
import { sameStructure, type Run } from "../model/session.js";
import { measured } from "../model/timing.js";

export type Places = LayoutResult["nodes"];

/** Who makes layouts: undefined where a newer question has overtaken this one. */
export interface Layouts {
  layout(input: LayoutInput): Promise<LayoutResult | undefined>;
}

export class Stage {
  private drawn: GraphDocument = EMPTY;
  private hadNumbers = false;
  private manner: Manner = USUAL_MANNER;
  /** What a layout is being made for. */
  private asked: { graph: GraphDocument; numbered: boolean; manner: Manner } | undefined;
  /** A node that gets the keyboard's focus when it is drawn. */
  private focusNext: string | undefined;
  private afterwards: (() => void) | undefined;

  /** `places`: where the nodes stood when this graph was left. */
  constructor(
    private readonly session: Pick<Played, "run" | "ops">,
    private readonly look: Look,
    private readonly canvas: Canvas,
    private readonly layouts: Layouts,
    private places: Places,
    /** A new drawing stands. */
    private readonly placed: (places: Places) => void,
  ) {
    effect(() => void this.show(session.run.value, look.manner.value));
    effect(() => {
      const start = performance.now();
      const numbers = this.numbers();
      // Another graph's numbers come with its drawing.
      if (!sameStructure(session.run.value.graph, this.drawn)) return;
      canvas.update(numbers);
      measured("numbers", start);
    });
    effect(() => {
      canvas.setWeighted(look.weighted.value);
    });
    effect(() => {
      canvas.mark(look.marks.value);
    });
    effect(() => {
      canvas.note(look.notes.value);
    });
    effect(() => {
      canvas.lightEdges(look.litEdges.value);
    });
  }

  /** What of the newest numbers is shown. */
  private numbers(): SceneNumbers {
    const { ahead, blankKeys } = this.look;
    const { graph, evaluation } = this.session.run.value;
    return numbersOf(evaluation, { hidden: ahead.value, blanks: blankKeys.value }, graph);
  }

  /** A new drawing, where more than numbers has changed. */
  private async show({ graph, evaluation }: Run, manner: Manner): Promise<void> {
    const numbered = evaluation !== undefined;
    const same = sameStructure(graph, this.drawn) && this.hadNumbers === numbered;
    const before = this.asked;
    if (same && this.manner === manner) {
      this.asked = undefined;
      return;
    }
    // The layout that is under way will do, where numbers alone are others.
    const alike = before?.manner === manner && before.numbered === numbered;
    if (alike && sameStructure(graph, before.graph)) return;
    const asked = { graph, numbered, manner };
    this.asked = asked;
    let start = performance.now();
    const scene = buildScene(graph, this.session.ops, numbersOf(evaluation, {}, graph), manner);
    measured("scene", start);
    const previous = this.manner.convention === manner.convention ? this.previous(graph) : {};
    start = performance.now();
    const layout = await this.layouts.layout({ ...scene.layoutInput, ...previous });
    if (!layout || this.asked !== asked) return; // a newer graph is on its way, or drawn again
    this.asked = undefined;
    measured("layout", start);
    const keepView = this.drawn !== EMPTY && this.keepsView(manner, "previous" in previous);
    this.places = layout.plain ? {} : layout.nodes;
    this.drawn = graph;
    this.hadNumbers = numbered;
    this.manner = manner;
    start = performance.now();
    // The sliders may have moved on while the layout was made.
    this.canvas.draw(
      scene,
      layout,
      untracked(() => this.numbers()),
      keepView,
    );
    measured("draw", start);
    this.placed(this.places);
    if (this.focusNext !== undefined && findNode(graph, this.focusNext)) {
      this.canvas.focus(this.focusNext);
      this.focusNext = undefined;
    }
    this.afterwards?.();
    this.afterwards = undefined;
  }

  /** Whether pan and zoom stay: for a graph like the last one, and in another way of drawing where they were chosen by hand. */
  private keepsView(manner: Manner, alike: boolean): boolean {
    return manner === this.manner ? alike : this.canvas.movedByHand;
  }

  /** Gives a node the keyboard's focus as soon as it is drawn. */
  focusLater(node: string): void {
    this.focusNext = node;
  }

  /** Does something once the next drawing stands. */
  then(act: () => void): void {
    this.afterwards = act;
  }

  /** Where nodes stood before, when most of this graph was in the last one. */
  private previous(graph: GraphDocument): { previous?: Places } {
    const kept = graph.nodes.filter(({ id }) => this.places[id] !== undefined).length;
    return 2 * kept >= graph.nodes.length && kept > 0 ? { previous: this.places } : {};
  }
}
