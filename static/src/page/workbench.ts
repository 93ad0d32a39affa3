/** The drawing page put together: the session, its drawing, its panels, its commands. */
import { effect, signal } from "@preact/signals-core";
import { html, nothing, render } from "lit-html";
import * as api from "../api/client.js";
import type { GraphDocument, Op } from "../api/client.js";
import { Canvas } from "../canvas/canvas.js";
import { numbersOf } from "../canvas/numbers.js";
import { Actions } from "../commands/actions.js";
import { commandsFor } from "../commands/all.js";
import { bindKeys, toolbar } from "../commands/bind.js";
import type { Command } from "../commands/command.js";
import type { Context } from "../commands/context.js";
import { LayoutClient } from "../layout/client.js";
import { equal, findNode, isLeaf, leafValues } from "../model/document.js";
import { Keeper, listDrafts, newDraftId, type Draft } from "../model/drafts.js";
import type { Saved } from "../model/history.js";
import { Live } from "../model/live.js";
import { faultMarks, Look, TENSORS_AS } from "../model/look.js";
import { Playback } from "../model/playback.js";
import { HOLE, slotsOf } from "../model/edit.js";
import { remembering } from "../model/remembered.js";
import { groupNode, groupOf, Session } from "../model/session.js";
import { CodeDialog } from "../panels/codeDialog.js";
import { Chooser } from "../panels/chooser.js";
import { shortcutsDialog } from "../panels/shortcuts.js";
import { emptyState } from "../panels/empty.js";
import { FormulaBar, unnamed } from "../panels/formula.js";
import { forgetFields, leafOverlay, stepOf } from "../panels/leafField.js";
import { thicknessLegend } from "../panels/legend.js";
import type { Assigned } from "../panels/panel.js";
import { layingBox } from "../panels/layingBox.js";
import { NameField } from "../panels/nameField.js";
import { placeOverlay } from "../panels/overlay.js";
import { Palette } from "../panels/palette.js";
import { SeedOverlay } from "../panels/seedOverlay.js";
import { CONVENTIONS, timeline } from "../panels/timeline.js";
import { Tour } from "../panels/tour.js";
import { Filing } from "./filing.js";
import { Finder } from "./finder.js";
import { shelf } from "../storage.js";
import { keepChoice } from "./choice.js";
import { listen } from "./listen.js";
import { place } from "./place.js";
import { Sidebar } from "./sidebar.js";
import { Stage, type Places } from "./stage.js";

/** How long a line about what just happened stays, in milliseconds. */
const NOTICE_STAYS = 12_000;

export interface Opening {
  readonly graph: GraphDocument | Saved<GraphDocument>;
  readonly ops: readonly Op[];
  /** The graph of the gallery that this is or began as. */
  readonly example?: api.Example | undefined;
  /** The draft that this goes on with, and where its nodes stood. */
  readonly draft?: string | undefined;
  readonly places?: Places | undefined;
  /** Numbers to be found on it, from the beginning. */
  readonly task?: Assigned | undefined;
}

export class Workbench implements Context {
  readonly session: Session;
  readonly canvas: Canvas;
  readonly actions: Actions;
  readonly formula: FormulaBar;
  readonly code: CodeDialog;
  readonly find: Finder;
  readonly filing: Filing;
  readonly look = new Look();
  readonly playback: Playback;
  readonly sidebar: Sidebar;
  private readonly stage: Stage;
  /** Made once there is a canvas. */
  private readonly seed: SeedOverlay | undefined;
  private readonly keeper: Keeper;
  private readonly commands: readonly Command[];
  private readonly names = new NameField(place("name"));
  private readonly tour = new Tour(place("tour"));
  private readonly notice = signal("");
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly drafts = signal<readonly Draft[]>([]);
  private readonly example: api.Example | undefined;

  constructor({ graph, ops, example, draft, places = {}, task }: Opening) {
    const live = new Live(`${location.origin.replace(/^http/, "ws")}/api/live`);
    this.example = example;
    this.session = new Session(graph, ops, remembering(live.evaluate));
    this.actions = new Actions(this.session, this.tell);
    this.keeper = this.keeping(draft ?? newDraftId());
    this.canvas = this.drawing();
    this.stage = new Stage(this.session, this.look, this.canvas, this.layouts(), places, (now) => {
      this.keeper.keepPlaces(now);
      this.highlight();
      this.paintLeaf();
    });
    this.seed = new SeedOverlay(place("seed"), place("canvas"), this);
    this.formula = this.formulaBar();
    this.code = this.codeDialog();
    this.filing = new Filing(this.session, {
      tell: this.tell,
      flush: () => this.keeper.flush(),
      opened: forgetFields,
      program: (source) => void this.code.openText(source),
    });
    this.find = new Finder(this.session, this.canvas, this.actions, new Chooser(place("chooser")), {
      commands: () => this.commands,
      addFormula: (source, into) => void this.formula.addText(source, into),
      go: this.go,
      focusLater: (node) => {
        this.stage.focusLater(node);
      },
    });
    this.playback = new Playback(this.session);
    this.sidebar = this.views(task);
    this.commands = commandsFor(this);
    bindKeys(this.commands);
    new Palette(place("palette"), this.session.ops, (op) => {
      this.actions.add(op);
    });

    this.paint();
    this.listen();
    this.keepChanges();
    void listDrafts().then(
      (all) => {
        this.drafts.value = all;
      },
      () => undefined, // no storage: there are none
    );
  }

  /** Says in a line what could not be done, or what was. */
  private readonly tell = (notice: string): void => {
    this.notice.value = notice;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => {
      this.notice.value = "";
    }, NOTICE_STAYS);
  };

  private drawing(): Canvas {
    const { session, actions } = this;
    return new Canvas(place("canvas"), {
      point: (node, edge) => {
        session.pointed.value = node;
        session.pointedEdge.value = edge;
      },
      select: (node, more) => {
        this.select(node, more);
      },
      fillNext: (node) => this.fillNext(node),
      fill: (target, slot) => {
        session.selection.value = [];
        this.find.op({ into: { target, slot } });
      },
      ask: (kind, edge) => {
        this.sidebar.ask({ kind, edge });
      },
      selectEdge: (edge) => {
        session.selection.value = [];
        session.selectedEdge.value = edge;
        this.sidebar.lookAtNode();
      },
      edit: (node) => {
        if (groupOf(node) === undefined) this.editName(node);
        else actions.fold(groupOf(node)!);
      },
      search: (at) => {
        this.find.op({ at });
      },
      openGroup: (group) => {
        actions.fold(group);
      },
      move: (places) => {
        actions.move(places);
      },
      connect: (source, target, slot) => {
        actions.connect(source, target, slot);
      },
      connectToNew: (source, at) => {
        this.find.op({ at, source });
      },
      enclose: (nodes) => {
        session.selection.value = nodes;
      },
      scrub: (leaf, steps) => {
        this.scrub(leaf, steps);
      },
      scrubbed: () => {
        session.settle();
      },
      viewChanged: () => {
        this.paintLeaf();
        this.seed?.paint();
      },
    });
  }

  /** Who makes layouts, with a bar over the drawing while one takes a while. */
  private layouts(): LayoutClient {
    const cancel = (): void => {
      client.cancel();
      this.tell("Not laid out: the nodes stand in plain columns until the graph is changed.");
    };
    const client = new LayoutClient(document.body.dataset.worker!, (underway) => {
      render(layingBox(underway, cancel), place("laying"));
    });
    return client;
  }

  /** Selects a node and moves it into view. */
  private readonly go = (node: string): void => {
    this.session.selection.value = [node];
    this.canvas.approach(node);
    this.sidebar.lookAtNode();
  };

  private views(task: Assigned | undefined): Sidebar {
    const { session, look, actions, playback, tell } = this;
    const group = this.groupAndName;
    const page = { session, look, actions, playback, go: this.go, group, tell, task };
    return new Sidebar(page, this.example, (node) => {
      this.highlight(node ?? session.pointed.value);
    });
  }

  private formulaBar(): FormulaBar {
    const { session } = this;
    return new FormulaBar(place("formula"), {
      parse: (source) => api.parse(source, leafValues(session.graph.value)),
      draw: (formula, source) => {
        forgetFields();
        this.tell(unnamed(formula, source));
        session.apply("Draw a formula", formula, []);
      },
      add: (formula, into) => {
        this.actions.addFormula(formula, into);
      },
      mayAdd: () => session.graph.value.nodes.length > 0,
    });
  }

  private codeDialog(): CodeDialog {
    return new CodeDialog((graph, notes) => {
      forgetFields();
      this.session.apply("Draw a program", graph, []);
      this.tell(notes.join(" "));
    });
  }

  private keeping(id: string): Keeper {
    const events = {
      changedElsewhere: (other: GraphDocument) => {
        if (!equal(other, this.session.graph.peek()))
          this.session.apply("Change in another tab", other);
      },
      forked: (fork: string) => {
        this.tell(
          "Another tab has changed this graph too. Your changes go on in a copy of their own.",
        );
        this.keepAddress(fork);
        this.keep();
      },
    };
    return new Keeper(id, events, shelf);
  }

  /** Keeps every change; a graph that is only looked at is not kept. */
  private keepChanges(): void {
    const first = this.session.graph.peek();
    this.session.graph.subscribe((now) => {
      this.formula.graphChanged(now);
      if (now !== first || this.keeper.state.peek() !== "nothing to save") this.keep();
    });
    addEventListener("pagehide", () => {
      this.keeper.leave();
    });
  }

  private keep(): void {
    this.keepAddress(this.keeper.id);
    this.keeper.keep({ history: this.session.saved(), example: this.example?.name });
  }

  private keepAddress(id: string): void {
    const address = `/graph?draft=${id}`;
    if (location.pathname + location.search !== address) history.replaceState(null, "", address);
  }

  private listen(): void {
    listen({
      session: this.session,
      canvas: this.canvas,
      actions: this.actions,
      readFile: (file) => void this.filing.read(file),
      searchOps: (text) => {
        this.find.op({ text });
      },
      menu: (event) => {
        this.menu(event);
      },
    });
  }

  private paint(): void {
    const { session } = this;
    effect(() => {
      render(toolbar(this.commands), place("commands"));
    });
    effect(() => {
      this.highlight();
    });
    effect(() => {
      this.look.ahead.value = this.playback.ahead.value;
      this.look.step.value = this.playback.marks.value;
      session.acting.value = this.playback.acting.value;
    });
    effect(() => {
      this.look.faulty.value = faultMarks(session.run.value.faults);
    });
    effect(() => {
      const values = Object.values(session.run.value.evaluation?.nodes ?? {});
      const tensors = values.some(({ shape }) => shape.length > 0);
      render(timeline(this.playback, this.look, tensors), place("timeline"));
    });
    keepChoice("drawn with", this.look.convention, CONVENTIONS);
    keepChoice("tensors as", this.look.tensors, TENSORS_AS);
    effect(this.paintLeaf);
    effect(this.paintTitle);
    effect(this.paintEmpty);
    effect(this.paintState);
    effect(this.paintNotice);
    effect(() => {
      const weighted = this.look.weighted.value;
      const blanks = this.look.blankKeys.value;
      const numbers = numbersOf(weighted ? session.run.value.evaluation : undefined, { blanks });
      render(thicknessLegend(weighted, numbers), place("legend"));
    });
  }

  private highlight(pointed = this.session.pointed.value): void {
    const { selection, selectedEdge } = this.session;
    this.canvas.highlight(pointed, selection.value, selectedEdge.value);
  }

  private select(node: string | undefined, more: boolean): void {
    const { selection } = this.session;
    this.session.selectedEdge.value = undefined;
    if (node === undefined) selection.value = more ? selection.value : [];
    else if (!more) selection.value = [node];
    else if (selection.value.includes(node))
      selection.value = selection.value.filter((id) => id !== node);
    else selection.value = [...selection.value, node];
    if (node !== undefined) this.sidebar.lookAtNode();
    const field = place("leaf").querySelector<HTMLInputElement>("input[type=text]");
    // On a touch screen that would raise the keyboard over the drawing.
    if (!more && !place("leaf").hidden && !matchMedia("(pointer: coarse)").matches) field?.select();
  }

  /** Searches what leads into a node's first empty slot; false where it has none. */
  private fillNext(id: string): boolean {
    const { session } = this;
    const node = findNode(session.graph.peek(), id);
    const slot = node && !isLeaf(node) ? slotsOf(node, session.ops).indexOf(HOLE) : -1;
    if (slot >= 0) this.find.op({ into: { target: id, slot } });
    return slot >= 0;
  }

  /** Changes a number by steps of its slider. */
  private scrub(leaf: string, steps: number): void {
    const node = findNode(this.session.graph.peek(), leaf);
    if (typeof node?.value !== "number") return;
    const value = node.value + steps * stepOf(leaf, node.value);
    this.session.setValue(leaf, Number(value.toPrecision(12)));
  }

  readonly editName = (id: string): void => {
    const { session, actions } = this;
    const box = this.canvas.screenBox(id);
    const graph = session.graph.peek();
    const group = (graph.groups ?? []).find((other) => other.id === groupOf(id));
    const node = findNode(graph, id);
    if (!box || (!node && !group)) return;
    place("leaf").hidden = true;
    this.names.open({
      name: group ? (group.label ?? group.id) : (node!.label ?? node!.id),
      box,
      rename: (name) => {
        if (group) actions.renameGroup(group.id, name);
        else actions.rename(id, name);
      },
      done: (back) => {
        if (back && !group) this.canvas.focus(id);
        this.paintLeaf();
      },
    });
  };

  readonly groupAndName = (): void => {
    const group = this.actions.group();
    if (group !== undefined)
      this.stage.then(() => {
        this.editName(groupNode(group));
      });
  };

  /** What can be done here, at the pointer. */
  private menu(event: MouseEvent): void {
    const node = (event.target as Element).closest<SVGElement>("[data-node]")?.dataset.node;
    const { selection } = this.session;
    if (node !== undefined && !selection.peek().includes(node)) selection.value = [node];
    this.find.command(this.canvas.placeOf(event));
  }

  readonly showShortcuts = (): void => {
    shortcutsDialog(this.commands);
  };

  readonly showTour = (): void => {
    this.tour.begin();
  };

  readonly showExport = async (): Promise<void> => {
    const { exportDialog } = await import("../panels/export.js");
    await exportDialog(this.session, this.look, this.tell);
  };

  private readonly paintEmpty = (): void => {
    const empty = this.session.graph.value.nodes.length === 0;
    const begin = {
      formula: (source: string) => void this.formula.use(source),
      code: () => {
        this.code.open();
      },
      addOp: () => {
        this.find.op();
      },
      openFile: () => {
        this.filing.open();
      },
      tour: this.showTour,
    };
    render(empty ? emptyState(begin, this.drafts.value) : nothing, place("empty"));
  };

  private readonly paintTitle = (): void => {
    const title = this.session.graph.value.title?.trim();
    render(
      html`<input
        type="text"
        aria-label="Title"
        placeholder="Untitled"
        maxlength="200"
        .value=${title ?? ""}
        @change=${(event: Event) => {
          this.actions.setTitle((event.target as HTMLInputElement).value);
        }}
      />`,
      place("title"),
    );
    document.title = title ? `${title} – Backarrow` : "Backarrow";
  };

  /** Whether the work is kept. */
  private readonly paintState = (): void => {
    const state = this.keeper.state.value;
    const text = {
      "nothing to save": "",
      saving: "Saving…",
      saved: "Saved in this browser",
      "not saved": "Not saved: this browser's storage can't be used",
    }[state];
    place("state").textContent = text;
    place("state").classList.toggle("bad", state === "not saved");
  };

  private readonly paintNotice = (): void => {
    const close = (): void => {
      this.tell("");
    };
    render(
      this.notice.value
        ? html`<p>${this.notice.value}</p>
            <button type="button" class="icon" aria-label="Close the message" @click=${close}>
              ×
            </button>`
        : nothing,
      place("notice"),
    );
  };

  /** The field of the selected leaf, beneath it in the drawing. */
  private readonly paintLeaf = (): void => {
    const { session, canvas } = this;
    const id = session.selected.value;
    const node = id === undefined ? undefined : findNode(session.graph.value, id);
    const box = node && isLeaf(node) ? canvas.screenBox(node.id) : undefined;
    const overlay = place("leaf");
    overlay.hidden = box === undefined || !place("name").hidden;
    if (!node || !box) return;
    const close = (): void => {
      session.selection.value = [];
      canvas.focus(node.id);
    };
    render(leafOverlay(session, node, close, this.paintLeaf), overlay);
    placeOverlay(overlay, box, place("canvas"));
  };
}
