/** Keeps the drawing in line with the session: new numbers in the same drawing, or a new drawing. */
import { buildScene, numbersOf } from "../canvas/scene.js";
import type { Canvas } from "../canvas/canvas.js";
import type { LayoutClient } from "../layout/client.js";
import type { LayoutResult } from "../layout/types.js";
import type { GraphDocument } from "../api/client.js";
import { EMPTY, findNode } from "../model/document.js";
import { sameStructure, type Run, type Session } from "../model/session.js";

export type Places = LayoutResult["nodes"];

export class Stage {
  private drawn: GraphDocument = EMPTY;
  private hadNumbers = false;
  /** A node that gets the keyboard's focus when it is drawn. */
  private focusNext: string | undefined;

  /** `places`: where the nodes stood when this graph was left. */
  constructor(
    private readonly session: Session,
    private readonly canvas: Canvas,
    private readonly layouts: LayoutClient,
    private places: Places,
    /** A new drawing stands. */
    private readonly placed: (places: Places) => void,
  ) {}

  async show({ graph, evaluation }: Run): Promise<void> {
    const numbers = numbersOf(evaluation);
    if (sameStructure(graph, this.drawn) && this.hadNumbers === (evaluation !== undefined)) {
      this.canvas.update(numbers);
      return;
    }
    const scene = buildScene(graph, this.session.ops, numbers);
    const previous = this.previous(graph);
    const layout = await this.layouts.layout({ ...scene.layoutInput, ...previous });
    if (!layout) return; // a newer graph is on its way
    const keepView = "previous" in previous && this.drawn !== EMPTY;
    this.places = layout.nodes;
    this.drawn = graph;
    this.hadNumbers = evaluation !== undefined;
    // The sliders may have moved on while the layout was made.
    const latest = numbersOf(this.session.run.peek().evaluation);
    this.canvas.draw(scene, layout, latest, keepView);
    this.placed(layout.nodes);
    if (this.focusNext !== undefined && findNode(graph, this.focusNext)) {
      this.canvas.focus(this.focusNext);
      this.focusNext = undefined;
    }
  }

  /** Gives a node the keyboard's focus as soon as it is drawn. */
  focusLater(node: string): void {
    this.focusNext = node;
  }

  /** Where nodes stood before, when most of this graph was in the last one. */
  private previous(graph: GraphDocument): { previous?: Places } {
    const kept = graph.nodes.filter(({ id }) => this.places[id] !== undefined).length;
    return 2 * kept >= graph.nodes.length && kept > 0 ? { previous: this.places } : {};
  }
}
