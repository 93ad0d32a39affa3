/** What people do to a graph, in the words of the session: what commands, gestures and panels call. */
import * as api from "../api/client.js";
import { ApiError, type GraphDocument, type Op, type Tensor } from "../api/client.js";
import type { Point } from "../layout/types.js";
import { findNode, inOrder, isLeaf, nameOf, outputOf, slotOf } from "../model/document.js";
import * as edit from "../model/edit.js";
import { readDocument } from "../model/read.js";
import { groupNode, selectedNodes, type Session } from "../model/session.js";

const PASTE_OFFSET = 40;

/** Where a new node goes and what leads into it. */
export interface Where {
  readonly at?: Point | undefined;
  readonly source?: string | undefined;
  readonly value?: Tensor | undefined;
  /** The empty slot that it leads into. */
  readonly into?: edit.Slot | undefined;
}

export class Actions {
  constructor(
    private readonly session: Session,
    /** Says in a line why something could not be done. */
    readonly tell: (notice: string) => void,
  ) {}

  get graph(): GraphDocument {
    return this.session.graph.peek();
  }

  private get chosen(): string[] {
    return selectedNodes(this.session);
  }

  private get chosenNames(): string {
    const ids = this.chosen;
    const only = ids.length === 1 ? findNode(this.graph, ids[0]!) : undefined;
    return only ? nameOf(only) : `${ids.length} nodes`;
  }

  /** Adds a node of an op, led into by `source`, else by the selected nodes, as far as it has slots. */
  add(op: Op, { at, source, value, into }: Where = {}): string {
    const { session } = this;
    const sources = source !== undefined ? [source] : at === undefined && !into ? this.chosen : [];
    const added = edit.addNode(this.graph, op, {
      position: at,
      ...(value === undefined ? {} : { value }),
    });
    let { graph } = added;
    if (!edit.isLeafOp(op)) {
      const slots = op.inputs.variadic ? sources.length : op.inputs.names.length;
      sources.slice(0, slots).forEach((from, slot) => {
        graph = edit.connect(graph, from, { target: added.id, slot }, session.ops) ?? graph;
      });
    }
    // A leaf goes to the selected op, if that still waits for an input.
    const [only, ...others] = this.chosen;
    const waiting =
      only === undefined || others.length > 0 ? undefined : findNode(this.graph, only);
    const free = waiting && !isLeaf(waiting) ? edit.freeSlot(waiting, session.ops) : undefined;
    const target =
      into ?? (waiting && free !== undefined ? { target: waiting.id, slot: free } : undefined);
    if (target && (into ?? edit.isLeafOp(op)) && at === undefined)
      graph = edit.connect(graph, added.id, target, session.ops) ?? graph;
    session.apply(`Add ${op.name}`, graph, [added.id]);
    return added.id;
  }

  /** Puts an op between an edge's ends. */
  insert(op: Op, edge: edit.Slot): void {
    const added = edit.insertOn(this.graph, edge, op, this.session.ops);
    if (added) this.session.apply(`Insert ${op.name}`, added.graph, [added.id]);
    else this.tell(`${op.name} takes no input, so it can't stand on an edge.`);
  }

  /** Leads an edge into a node: to the given slot, else its first empty one, else in place of its last. */
  connect(source: string, target: string, slot?: number): void {
    const node = findNode(this.graph, target);
    if (!node) return;
    if (isLeaf(node)) {
      this.tell(`${nameOf(node)} is a leaf and takes no input.`);
      return;
    }
    const at = slot ?? edit.freeSlot(node, this.session.ops) ?? (node.inputs?.length ?? 1) - 1;
    const graph = edit.connect(this.graph, source, { target, slot: at }, this.session.ops);
    if (graph) this.session.apply(`Connect ${this.name(source)} to ${nameOf(node)}`, graph);
    else
      this.tell(
        `${nameOf(node)} already leads to ${this.name(source)}: an edge back would close a cycle.`,
      );
  }

  disconnect(edge: edit.Slot): void {
    this.session.apply("Remove an edge", edit.disconnect(this.graph, edge, this.session.ops));
  }

  /** Deletes what is selected: nodes, or an edge. */
  remove(reconnect: boolean): void {
    const edge = this.session.selectedEdge.peek();
    if (edge !== undefined) {
      this.disconnect(slotOf(edge));
      this.session.selectedEdge.value = undefined;
      return;
    }
    const gone = new Set(this.chosen);
    if (gone.size === 0) return;
    this.session.apply(
      `Delete ${this.chosenNames}`,
      edit.remove(this.graph, gone, reconnect, this.session.ops),
      [],
    );
  }

  move(places: ReadonlyMap<string, Point>): void {
    const { size } = places;
    const [first] = places.keys();
    const what = size === 1 && first !== undefined ? this.name(first) : `${size} nodes`;
    this.session.apply(`Move ${what}`, edit.moveTo(this.graph, places));
  }

  tidy(): void {
    this.session.apply("Tidy up", edit.tidy(this.graph));
  }

  selectAll(): void {
    this.session.selection.value = inOrder(this.graph).map(({ id }) => id);
  }

  /** The selected nodes as text. */
  copy(): string | undefined {
    const chosen = new Set(this.chosen);
    return chosen.size > 0 ? JSON.stringify(edit.cut(this.graph, chosen), null, 2) : undefined;
  }

  /** Adds nodes from a document's text; false where the text is none. */
  paste(text: string): boolean {
    const piece = readDocument(text);
    if (!piece) return false;
    const { graph, added } = edit.paste(this.graph, piece, { x: PASTE_OFFSET, y: PASTE_OFFSET });
    this.session.apply(`Paste ${added.length} nodes`, graph, added);
    return true;
  }

  duplicate(): void {
    const piece = edit.cut(this.graph, new Set(this.chosen));
    if (piece.nodes.length === 0) return;
    const { graph, added } = edit.paste(this.graph, piece, { x: PASTE_OFFSET, y: PASTE_OFFSET });
    this.session.apply(`Duplicate ${this.chosenNames}`, graph, added);
  }

  rename(id: string, label: string): void {
    this.session.apply(`Rename ${this.name(id)}`, edit.rename(this.graph, id, label));
  }

  replace(id: string, op: Op): void {
    this.session.apply(`Make ${this.name(id)} ${op.name}`, edit.replaceOp(this.graph, id, op));
  }

  swap(id: string): void {
    this.session.apply(`Swap the inputs of ${this.name(id)}`, edit.swapInputs(this.graph, id));
  }

  setParam(id: string, name: string, value: edit.Setting | undefined): void {
    this.session.apply(
      `Set ${name} of ${this.name(id)}`,
      edit.setParam(this.graph, id, name, value),
    );
  }

  setOutput(id: string | undefined): void {
    const name = id === undefined ? "Leave the output open" : `Make ${this.name(id)} the output`;
    this.session.apply(name, edit.setOutput(this.graph, id));
  }

  /** Sets the gradient that the output starts from, which is then named; undefined goes back to ones. */
  setSeed(upstream: Tensor | undefined): void {
    const { output } = this.session.run.peek();
    const seeded = edit.setUpstream(this.graph, upstream);
    const open = upstream !== undefined && outputOf(seeded) === undefined;
    const graph = open && output !== undefined ? edit.setOutput(seeded, output) : seeded;
    this.session.apply("Change the seed", graph, undefined, "seed");
  }

  /** Lets gradients start from ones, as a step of its own. */
  useOnes(): void {
    this.session.settle();
    this.setSeed(undefined);
    this.session.settle();
  }

  setTitle(title: string): void {
    this.session.apply("Change the title", edit.setTitle(this.graph, title));
  }

  /** Draws a box around the selected nodes, and tells its id. */
  group(): string | undefined {
    const chosen = this.chosen;
    if (chosen.length === 0) return undefined;
    const { graph, id } = edit.group(this.graph, chosen, "group");
    this.session.apply(`Group ${this.chosenNames}`, graph);
    return id;
  }

  ungroup(id: string): void {
    this.session.apply("Ungroup", edit.ungroup(this.graph, id));
  }

  renameGroup(id: string, label: string): void {
    this.session.apply("Rename a group", edit.renameGroup(this.graph, id, label));
  }

  /** Draws a group as one node, or as a box around its nodes again. */
  fold(id: string): void {
    const group = (this.graph.groups ?? []).find((other) => other.id === id);
    if (!group) return;
    const collapsed = !group.collapsed;
    const groups = (this.graph.groups ?? []).map((other) =>
      other === group ? { ...group, collapsed } : other,
    );
    const selection = collapsed ? [groupNode(id)] : [];
    this.session.apply(
      collapsed ? "Close a group" : "Open a group",
      { ...this.graph, groups },
      selection,
    );
  }

  /** Opens a composite op into the primitives that it equals. */
  async expand(id: string): Promise<void> {
    await this.server(`Open ${this.name(id)}`, () => api.expand(this.graph, id));
  }

  /** Makes a group the one op that equals it. */
  async collapse(group: string): Promise<void> {
    await this.server("Make a group one op", () => api.collapse(this.graph, group));
  }

  /** Adds a formula's graph to this one, and leads its result into a slot where one is given. */
  addFormula(formula: GraphDocument, into?: edit.Slot): void {
    const { graph, added, named } = edit.merge(this.graph, formula);
    const output = outputOf(formula);
    const joined =
      into && output !== undefined
        ? edit.connect(graph, named(output), into, this.session.ops)
        : undefined;
    this.session.apply("Add a formula", joined ?? graph, added);
  }

  /** A change that the server makes; a fault is told and nothing is lost. */
  private async server(name: string, make: () => Promise<GraphDocument>): Promise<void> {
    const before = this.graph;
    try {
      const after = await make();
      if (this.graph === before) this.session.apply(name, after);
      else this.tell("The graph has changed meanwhile. Try again.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.tell(error.faults.map(({ detail }) => detail).join(" "));
    }
  }

  private name(id: string): string {
    const node = findNode(this.graph, id);
    return node ? nameOf(node) : id;
  }
}
