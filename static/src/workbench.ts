/** The drawing page put together: the session, its drawing, its panels, its commands. */
import { effect, signal } from "@preact/signals-core";
import { html, nothing, render } from "lit-html";
import * as api from "./api/client.js";
import type { GraphDocument, Op } from "./api/client.js";
import { Canvas } from "./canvas/canvas.js";
import { buildScene, numbersOf } from "./canvas/scene.js";
import { Actions, readDocument } from "./commands/actions.js";
import { bindKeys, toolbar } from "./commands/bind.js";
import { keyText, type Command } from "./commands/command.js";
import type { Context } from "./commands/context.js";
import { editCommands } from "./commands/edit.js";
import { fileCommands } from "./commands/file.js";
import { viewCommands } from "./commands/view.js";
import { LayoutClient } from "./layout/client.js";
import type { LayoutResult, Point } from "./layout/types.js";
import { EMPTY, findNode, isLeaf, leafValues, slotOf } from "./model/document.js";
import { Keeper, listDrafts, newDraftId, type Draft } from "./model/drafts.js";
import type { Saved } from "./model/history.js";
import { Live } from "./model/live.js";
import { download, pickFile } from "./files.js";
import { LINK_MOST, toFragment } from "./model/link.js";
import { isLeafOp, type Slot } from "./model/edit.js";
import { groupOf, sameStructure, Session, type Run } from "./model/session.js";
import { Chooser, opChoices } from "./panels/chooser.js";
import { shortcutsDialog, tour } from "./panels/dialogs.js";
import { emptyState } from "./panels/empty.js";
import { thicknessLegend } from "./panels/legend.js";
import { FormulaBar, unnamed } from "./panels/formula.js";
import { inspector } from "./panels/inspector.js";
import { forgetFields, leafOverlay } from "./panels/leafField.js";
import { OP_TYPE, Palette } from "./panels/palette.js";
import { problemsPanel } from "./panels/problems.js";
import { placeOverlay } from "./panels/overlay.js";
import { SeedOverlay } from "./panels/seedOverlay.js";
import { settingsPanel } from "./panels/settings.js";
import { numbersTable, valuesPanel } from "./panels/values.js";

export const place = (name: string): HTMLElement =>
  document.querySelector<HTMLElement>(`[data-place="${name}"]`)!;

export interface Opening {
  readonly graph: GraphDocument | Saved<GraphDocument>;
  readonly ops: readonly Op[];
  /** The graph of the gallery that this is or began as. */
  readonly example?: api.Example | undefined;
  /** The draft that this goes on with. */
  readonly draft?: string | undefined;
}

export class Workbench implements Context {
  readonly session: Session;
  readonly canvas: Canvas;
  readonly actions: Actions;
  readonly formula: FormulaBar;
  private readonly seed: SeedOverlay;
  private readonly chooser = new Chooser(place("chooser"));
  private readonly layouts = new LayoutClient(document.body.dataset.worker!);
  private readonly keeper: Keeper;
  private readonly commands: readonly Command[];
  private readonly notice = signal("");
  /** Whether backward arrows are as thick as their gradients are large. */
  private readonly weighted = signal(false);
  private readonly example: api.Example | undefined;
  private drawn: GraphDocument = EMPTY;
  private places: LayoutResult["nodes"] = {};
  private hadNumbers = false;
  /** A node that gets the keyboard's focus when it is drawn. */
  private focusNext: string | undefined;
  private drafts: readonly Draft[] = [];

  constructor({ graph, ops, example, draft }: Opening) {
    const live = new Live(`${location.origin.replace(/^http/, "ws")}/api/live`);
    const session = new Session(graph, ops, live.evaluate);
    this.session = session;
    this.example = example;
    const actions = new Actions(session, (notice) => {
      this.notice.value = notice;
    });
    this.actions = actions;
    this.canvas = new Canvas(place("canvas"), {
      point: (node) => {
        session.pointed.value = node;
      },
      select: (node, more) => {
        this.select(node, more);
      },
      fill: (target, slot) => {
        session.selection.value = [];
        this.searchOps(undefined, undefined, "", { target, slot });
      },
      selectEdge: (edge) => {
        session.selection.value = [];
        session.selectedEdge.value = edge;
      },
      edit: (node) => {
        this.editNode(node);
      },
      search: (at) => {
        this.searchOps(at);
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
        this.searchOps(at, source);
      },
      enclose: (nodes) => {
        session.selection.value = nodes;
      },
      viewChanged: () => {
        this.paintLeaf();
        this.seed.paint();
      },
    });
    this.seed = new SeedOverlay(place("seed"), place("canvas"), this);
    this.formula = new FormulaBar(place("formula"), {
      parse: (source) => api.parse(source, leafValues(session.graph.value)),
      draw: (formula, source) => {
        forgetFields();
        this.notice.value = unnamed(formula, source);
        session.apply("Draw a formula", formula, []);
      },
      add: (formula) => {
        actions.addFormula(formula);
      },
      mayAdd: () => session.graph.value.nodes.length > 0,
    });
    new Palette(place("palette"), session.ops, (op) => {
      actions.add(op);
    });
    this.commands = [...editCommands(this), ...viewCommands(this), ...fileCommands(this)];
    bindKeys(this.commands);
    this.keeper = new Keeper(draft ?? newDraftId(), {
      changedElsewhere: (other) => {
        session.apply("Change in another tab", other);
      },
      forked: (id) => {
        this.notice.value =
          "Another tab has changed this graph too. Your changes go on in a copy of their own.";
        this.keepAddress(id);
        this.keep();
      },
    });
    this.paint();
    this.listen();
    const first = session.graph.peek();
    session.graph.subscribe((now) => {
      if (now !== first || this.keeper.state.peek() !== "nothing to save") this.keep();
    });
    void listDrafts().then(
      (drafts) => {
        this.drafts = drafts;
        this.paintEmpty();
      },
      () => undefined, // no storage: there are none
    );
  }

  private keep(): void {
    this.keepAddress(this.keeper.id);
    this.keeper.keep({ history: this.session.saved(), example: this.example?.name });
  }

  private keepAddress(id: string): void {
    const address = `/graph?draft=${id}`;
    if (location.pathname + location.search !== address) history.replaceState(null, "", address);
  }

  private paint(): void {
    const { session } = this;
    effect(() => {
      render(toolbar(this.commands), place("commands"));
    });
    effect(() => void this.show(session.run.value));
    effect(() => {
      this.highlight();
    });
    effect(() => {
      this.paintInspector();
    });
    effect(() => {
      this.paintValues();
    });
    effect(() => {
      this.paintLeaf();
    });
    effect(() => {
      this.paintTitle();
    });
    effect(() => {
      this.paintEmpty();
    });
    effect(() => {
      this.canvas.setWeighted(this.weighted.value);
      render(
        thicknessLegend(this.weighted.value, numbersOf(session.run.value.evaluation)),
        place("legend"),
      );
    });
    effect(() => {
      this.paintState();
    });
  }

  /** What the page hears as a whole: dropped ops and files, copying and pasting, letters that begin a search, leaving. */
  private listen(): void {
    const stage = place("stage");
    stage.addEventListener("dragover", (event) => {
      event.preventDefault();
    });
    stage.addEventListener("drop", (event) => {
      this.drop(event);
    });
    document.addEventListener("copy", (event) => {
      this.copy(event, false);
    });
    document.addEventListener("cut", (event) => {
      this.copy(event, true);
    });
    document.addEventListener("paste", (event) => {
      if (isField(event.target)) return;
      if (this.actions.paste(event.clipboardData?.getData("text/plain") ?? ""))
        event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      const letter =
        /^[\p{L}*^×σΣ√]$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (
        !letter ||
        event.defaultPrevented ||
        isField(event.target) ||
        document.querySelector("dialog[open]")
      )
        return;
      event.preventDefault();
      this.searchOps(undefined, undefined, event.key);
    });
    place("canvas").addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.menu(event);
    });
    addEventListener("pagehide", () => void this.keeper.flush());
    addEventListener("online", () => {
      this.session.retry();
    });
  }

  private copy(event: ClipboardEvent, andRemove: boolean): void {
    if (isField(event.target) || getSelection()?.isCollapsed === false) return;
    const text = this.actions.copy();
    if (text === undefined) return;
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    if (andRemove) this.actions.remove(false);
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) {
      void this.readFile(file);
      return;
    }
    const op = this.session.ops.get(event.dataTransfer?.getData(OP_TYPE) ?? "");
    if (!op) return;
    const edge = (event.target as Element).closest<SVGElement>("[data-edge]")?.dataset.edge;
    if (edge !== undefined && op.inputs.names.length > 0) {
      this.actions.insert(op, slotOf(edge));
      return;
    }
    this.actions.add(op, { at: this.canvas.toWorld(this.canvas.placeOf(event)) });
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
    const field = place("leaf").querySelector<HTMLInputElement>("input[type=text]");
    // On a touch screen that would raise the keyboard over the drawing.
    if (!more && !place("leaf").hidden && !matchMedia("(pointer: coarse)").matches) field?.select();
  }

  private editNode(node: string): void {
    const group = groupOf(node);
    if (group !== undefined) this.actions.fold(group);
    else {
      this.select(node, false);
      this.rename();
    }
  }

  readonly rename = (): void => {
    document.body.classList.remove("panel-closed");
    document.querySelector<HTMLInputElement>("#set-name")?.select();
  };

  readonly chooseOp = (): void => {
    this.searchOps();
  };

  /** The list of ops; with what is typed so far, the place in the drawing, and the node to lead in. */
  private searchOps(at?: Point, source?: string, text = "", into?: Slot): void {
    const { session, actions } = this;
    const focused = this.canvas.focused();
    // What one sees focused is what a new op takes.
    if (!at && !into && focused !== undefined && session.selection.peek().length === 0)
      session.selection.value = [focused];
    const from = source ?? (at || into ? undefined : session.selection.peek()[0]);
    const name = from === undefined ? undefined : findNode(session.graph.peek(), from);
    const all = [...session.ops.values()];
    const offered = source === undefined ? all : all.filter((op) => !isLeafOp(op));
    this.chooser.open({
      label: name
        ? `Search an op to lead ${name.label ?? name.id} into`
        : "Search an op, a number, a formula",
      at: at && this.canvas.toScreen(at),
      text,
      choices: (typed) =>
        opChoices(offered, typed, {
          op: (op, value) => {
            this.focusNext = actions.add(op, { at, source, value, into });
          },
          formula: () => void this.formula.addText(typed),
        }),
    });
  }

  /** What can be done here, at the pointer. */
  private menu(event: MouseEvent): void {
    const node = (event.target as Element).closest<SVGElement>("[data-node]")?.dataset.node;
    const { selection } = this.session;
    if (node !== undefined && !selection.peek().includes(node)) selection.value = [node];
    this.chooseCommand(this.canvas.placeOf(event));
  }

  readonly chooseCommand = (at?: Point): void => {
    this.chooser.open({
      label: "Search a command",
      at,
      choices: (typed) =>
        this.commands
          .filter(
            (command) =>
              command.enabled() &&
              command.label().toLowerCase().includes(typed.trim().toLowerCase()),
          )
          .map((command) => ({
            id: command.name,
            name: command.label(),
            keys: command.keys[0] === undefined ? "" : keyText(command.keys[0]),
            pick: () => {
              command.run();
            },
          })),
    });
  };

  readonly showShortcuts = (): void => {
    shortcutsDialog(this.commands);
  };

  readonly showTour = (): void => {
    tour();
  };

  readonly toggleThickness = (): void => {
    this.weighted.value = !this.weighted.value;
  };

  readonly newGraph = (): void => {
    void this.keeper.flush().then(() => {
      location.assign("/graph");
    });
  };

  readonly openFile = (): void => {
    pickFile((file) => void this.readFile(file));
  };

  private async readFile(file: File): Promise<void> {
    const document = readDocument(await file.text());
    if (document) {
      forgetFields();
      this.session.apply(`Open ${file.name}`, document, []);
    } else
      this.notice.value = `${file.name} is not a Backarrow graph: a JSON object with "nodes" was expected.`;
  }

  readonly saveFile = (): void => {
    download(this.session.graph.peek());
  };

  readonly share = (): void => void this.copyLink();

  private async copyLink(): Promise<void> {
    const address = `${location.origin}/graph#${await toFragment(this.session.graph.peek())}`;
    const long =
      address.length > LINK_MOST
        ? ` It is ${address.length} characters long; some programs cut that.`
        : "";
    try {
      await navigator.clipboard.writeText(address);
      this.notice.value = `The link is in the clipboard. The whole graph is in it.${long}`;
    } catch {
      history.replaceState(null, "", address);
      this.notice.value = `The clipboard can't be used. The link is in the address bar.${long}`;
    }
  }

  /** Brings the drawing in line with a run: new numbers in the same drawing, or a new drawing. */
  private async show({ graph, evaluation }: Run): Promise<void> {
    const numbers = numbersOf(evaluation);
    const same = sameStructure(graph, this.drawn) && this.hadNumbers === (evaluation !== undefined);
    if (same) {
      this.canvas.update(numbers);
      return;
    }
    const scene = buildScene(graph, this.session.ops, numbers);
    const previous = this.previous(graph);
    const layout = await this.layouts.layout({ ...scene.layoutInput, ...previous });
    if (!layout) return; // a newer graph is on its way
    this.places = layout.nodes;
    this.drawn = graph;
    this.hadNumbers = evaluation !== undefined;
    // The sliders may have moved on while the layout was made.
    this.canvas.draw(
      scene,
      layout,
      numbersOf(this.session.run.peek().evaluation),
      "previous" in previous,
    );
    this.highlight();
    this.paintLeaf();
    if (this.focusNext !== undefined && findNode(graph, this.focusNext)) {
      this.canvas.focus(this.focusNext);
      this.focusNext = undefined;
    }
  }

  /** Where nodes stood before, when most of this graph was in the last one. */
  private previous(graph: GraphDocument): { previous?: LayoutResult["nodes"] } {
    const kept = graph.nodes.filter(({ id }) => this.places[id] !== undefined).length;
    return 2 * kept >= graph.nodes.length && kept > 0 ? { previous: this.places } : {};
  }

  private paintEmpty(): void {
    const empty = this.session.graph.value.nodes.length === 0;
    const begin = {
      formula: (source: string) => void this.formula.use(source),
      addOp: this.chooseOp,
      openFile: this.openFile,
      tour: this.showTour,
    };
    render(empty ? emptyState(begin, this.drafts) : nothing, place("empty"));
  }

  /** The title, and the lesson as long as this is the graph that it speaks of. */
  private paintTitle(): void {
    const title = this.session.graph.value.title?.trim();
    const { example } = this;
    place("lesson").hidden = !example || title !== example.graph.title;
    if (example)
      render(
        html`<p>${example.text}</p>
          <p class="question"><strong>Predict:</strong> ${example.question}</p>`,
        place("lesson-text"),
      );
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
  }

  /** Whether the work is kept, and a line about what just could not be done. */
  private paintState(): void {
    const state = this.keeper.state.value;
    const text = {
      "nothing to save": "",
      saving: "Saving…",
      saved: "Saved in this browser",
      "not saved": "Not saved: this browser's storage can't be used",
    }[state];
    place("state").textContent = text;
    place("state").classList.toggle("bad", state === "not saved");
    render(
      this.notice.value
        ? html`<p>${this.notice.value}</p>
            <button
              type="button"
              class="icon"
              aria-label="Close the message"
              @click=${() => {
                this.notice.value = "";
              }}
            >
              ×
            </button>`
        : nothing,
      place("notice"),
    );
  }

  private paintInspector(): void {
    const { session, actions } = this;
    render(
      html`${problemsPanel(session, actions, (id) => {
        session.selection.value = [id];
        this.canvas.focus(id);
      })}
      ${
        session.graph.value.nodes.length > 0
          ? inspector(session, {
              open: (id) => void actions.expand(id),
              close: (group) => void actions.collapse(group),
              point: (id) => {
                this.highlight(id ?? session.pointed.value);
              },
            })
          : html`<p class="hint">The numbers of a node show here once there is a graph.</p>`
      }
      ${settingsPanel(session, actions, () => {
        this.paintInspector();
      })}`,
      place("inspector"),
    );
  }

  private paintValues(): void {
    const { session } = this;
    const empty = session.graph.value.nodes.length === 0;
    place("values").hidden = empty;
    place("numbers").hidden = empty;
    render(
      valuesPanel(session, () => {
        this.paintValues();
      }),
      place("values-fields"),
    );
    render(numbersTable(session), place("numbers-table"));
  }

  /** The field of the selected leaf, beneath it in the drawing. */
  private paintLeaf(): void {
    const { session } = this;
    const id = session.selected.value;
    const node = id === undefined ? undefined : findNode(session.graph.value, id);
    const box = node && isLeaf(node) ? this.canvas.screenBox(node.id) : undefined;
    const overlay = place("leaf");
    overlay.hidden = box === undefined;
    if (!node || !box) return;
    const close = (): void => {
      session.selection.value = [];
      this.canvas.focus(node.id);
    };
    render(
      leafOverlay(session, node, close, () => {
        this.paintLeaf();
      }),
      overlay,
    );
    placeOverlay(overlay, box, place("canvas"));
  }
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;
