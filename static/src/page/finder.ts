/** The lists in which one searches: ops to add, commands to run, nodes to go to, slots to lead into. */
import type { GraphNode } from "../api/client.js";
import type { Canvas } from "../canvas/canvas.js";
import { closedGroups } from "../canvas/scene.js";
import type { Actions } from "../commands/actions.js";
import { keyText, type Command } from "../commands/command.js";
import type { Point } from "../layout/types.js";
import { findNode, isLeaf, nameIn, nameOf, slotOf } from "../model/document.js";
import { isLeafOp, openSlots, type Slot } from "../model/edit.js";
import { groupNode, type Session } from "../model/session.js";
import { opChoices, type Chooser } from "../panels/chooser.js";

/** What is known of a new op before it is chosen. */
export interface Wanted {
  /** Where it goes in the drawing. */
  readonly at?: Point;
  /** The node that leads into it. */
  readonly source?: string;
  /** What is typed so far. */
  readonly text?: string;
  /** The empty slot that it leads into. */
  readonly into?: Slot;
}

export class Finder {
  constructor(
    private readonly session: Session,
    private readonly canvas: Canvas,
    private readonly actions: Actions,
    private readonly chooser: Chooser,
    private readonly page: {
      commands(): readonly Command[];
      addFormula(source: string, into?: Slot): void;
      /** Selects a node and moves it into view. */
      go(node: string): void;
      /** The node gets the keyboard's focus when it is drawn. */
      focusLater(node: string): void;
    },
  ) {}

  /** Ops. Where an edge is selected, the chosen one goes between its ends. */
  op({ at, source, text = "", into }: Wanted = {}): void {
    const { session, actions } = this;
    const edge = at || source !== undefined || into ? undefined : session.selectedEdge.peek();
    const focused = this.canvas.focused();
    // What has the keyboard's focus is what a new op takes, not what was selected before.
    if (!at && !into && edge === undefined && focused !== undefined)
      if (!session.selection.peek().includes(focused)) session.selection.value = [focused];
    const from = source ?? (at || into ? undefined : session.selection.peek()[0]);
    const node = from === undefined ? undefined : findNode(session.graph.peek(), from);
    const all = [...session.ops.values()];
    const offered = source !== undefined || edge !== undefined ? all.filter(isInner) : all;
    this.chooser.open({
      label: this.question(node, edge, into),
      at: at && this.canvas.toScreen(at),
      text,
      choices: (typed) =>
        opChoices(offered, typed, {
          op: (op, value) => {
            if (edge === undefined)
              this.settleOn(actions.add(op, { at, source, value, into }), into);
            else actions.insert(op, slotOf(edge));
          },
          formula: () => {
            // "+ 1" goes on from the node that it is to take.
            const goesOn = from !== undefined && !into && /^\s*[-+*/^@]/.test(typed);
            this.page.addFormula(goesOn ? `${from} ${typed}` : typed, into);
          },
        }),
    });
  }

  /** Where one goes on after a new node: at the op whose slot a leaf has filled, else at the new node. */
  private settleOn(added: string, into: Slot | undefined): void {
    const node = findNode(this.session.graph.peek(), added);
    const at = into && node && isLeaf(node) ? into.target : added;
    this.session.selection.value = [at];
    this.page.focusLater(at);
  }

  /** What the chosen op will be for. */
  private question(
    source: GraphNode | undefined,
    edge: string | undefined,
    into: Slot | undefined,
  ): string {
    const graph = this.session.graph.peek();
    if (into)
      return `Input ${into.slot + 1} of ${nameIn(graph, into.target)}: an op, number or formula`;
    if (edge !== undefined) return `An op to put before ${nameIn(graph, slotOf(edge).target)}`;
    if (source) return `An op that takes ${nameOf(source)}`;
    return "An op, a number or a formula";
  }

  /** Commands that can be run now. */
  command(at?: Point): void {
    this.chooser.open({
      label: "Search a command",
      at,
      choices: (typed) =>
        this.page
          .commands()
          .filter((command) => command.enabled() && has(command.label(), typed))
          .map((command) => ({
            id: command.name,
            name: command.label(),
            keys: command.keys[0] === undefined ? "" : keyText(command.keys[0]),
            pick: () => {
              command.run();
            },
          })),
    });
  }

  /** Nodes and groups, to go to; what is in a closed group is found as that. */
  node(): void {
    const { session } = this;
    const graph = session.graph.peek();
    const { home, closed } = closedGroups(graph);
    const groups = (graph.groups ?? []).map(({ id, label, nodes }) => {
      const name = label?.trim() ? label : id;
      return { id: groupNode(id), name, note: `${nodes.length} nodes` };
    });
    const nodes = graph.nodes.map((node) => {
      const group = closed.get(home(node.id));
      return {
        id: node.id,
        name: nameOf(node),
        note: group ? `in ${group.label ?? group.id}` : node.op,
      };
    });
    const all = [...groups, ...nodes].map((choice) => ({
      ...choice,
      pick: (): void => {
        this.page.go(home(choice.id));
      },
    }));
    this.chooser.open({
      label: "Find a node",
      choices: (typed) => all.filter(({ name }) => has(name, typed)),
    });
  }

  /** Slots that a node can lead into without closing a cycle, the empty ones first. */
  slot(source: string): void {
    const { session, actions } = this;
    const graph = session.graph.peek();
    const slots = openSlots(graph, source, session.ops);
    this.chooser.open({
      label: `Lead ${nameIn(graph, source)} into…`,
      choices: (typed) =>
        slots
          .map(({ target, slot, taken }) => ({
            id: `${target}:${slot}`,
            sign: taken === undefined ? "◌" : "→",
            name: `${nameIn(graph, target)}, input ${slot + 1}`,
            note: taken === undefined ? "empty" : `in place of ${nameIn(graph, taken)}`,
            pick: () => {
              actions.connect(source, target, slot);
              this.page.focusLater(target);
            },
          }))
          .filter(({ name }) => has(name, typed)),
    });
  }
}

const isInner = (op: Parameters<typeof isLeafOp>[0]): boolean => !isLeafOp(op);

const has = (text: string, typed: string): boolean =>
  text.toLowerCase().includes(typed.trim().toLowerCase());
