/**
 * The drawing on screen: an SVG as large as its host, that holds what is in view and no more. Numbers are left out where they
 * would be too small to read.
 */
import { around, enclose, grow, length, overlap } from "../layout/geometry.js";
import { withMoved } from "../layout/reroute.js";
import type { EdgeRoute, LayoutResult, Point, Rect } from "../layout/types.js";
import { FarView } from "./farView.js";
import { gestures, type GestureEvents, type Ground } from "./gestures.js";
import { glide, still } from "./glide.js";
import { input, type InputEvents, type Surface } from "./input.js";
import type { MarkSet } from "../model/look.js";
import { groupOf } from "../model/session.js";
import { measured } from "../model/timing.js";
import { EdgeMark } from "./edgeMark.js";
import { Items } from "./items.js";
import { groupMark, NodeMark } from "./nodeMark.js";
import { NO_NUMBERS, numbersOf, type SceneNumbers, thicknesses } from "./numbers.js";
import { roomsOf, type Rooms, type Scene, type SceneEdge, type SceneNode } from "./scene.js";
import { straightened } from "./straightened.js";
import { svg } from "./svg.js";
import { closeUp, seen, shows, viewOfAll, viewOfBeginning } from "./view.js";
import { Viewport } from "./viewport.js";

/** Below this zoom nobody could read a number. */
const FAR = 0.3;
/** Up to so many nodes, edges are led around things while a node is dragged; beyond, they are straight until it is put down. */
const ROUTED_MOST = 80;
/** A drawing of more nodes is seen from afar as a picture (farView.ts), in which only what is meant just now is an element. */
const PICTURED_FROM = 400;
/** So many marked or selected things are elements in it at most. */
const MEANT_MOST = 200;
/** How long, of a frame, elements may be made, in milliseconds; those that remain come with the next one. */
const SLICE = 9;
/** So near to a node, in pixels, a pointer is on it, be it ever so small. */
const POINTER_REACH = 5;

export interface CanvasEvents extends GestureEvents, InputEvents {
  /** The drawing has moved or changed size on screen. */
  viewChanged(): void;
}

export class Canvas implements Ground, Surface {
  readonly element = svg("svg", { class: "drawing", role: "group" });
  readonly overlay = svg("g", { class: "overlay" });
  private readonly world = svg("g");
  private readonly layers = { groups: svg("g"), edges: svg("g"), nodes: svg("g") };
  private readonly viewport: Viewport;
  private readonly farView = new FarView();
  private items = this.noItems();
  private edges = new Map<string, EdgeMark>();
  private output: EdgeMark | undefined;
  private nodes = new Map<string, NodeMark>();
  private scene: Scene | undefined;
  private sceneNodes: ReadonlyMap<string, SceneNode> = new Map();
  private sceneEdges: ReadonlyMap<string, SceneEdge> = new Map();
  /** The edges that leave a node. */
  private leaving: ReadonlyMap<string, readonly SceneEdge[]> = new Map();
  /** What the layout keeps free for the numbers of an edge, or of the output's arrow. */
  private rooms!: (edge?: string) => Rooms;
  private layout: LayoutResult | undefined;
  private numbers: SceneNumbers = numbersOf(undefined);
  private pointed: string | undefined;
  private selectedEdge: string | undefined;
  private selection: ReadonlySet<string> = new Set();
  private weighted = false;
  private marks: MarkSet = { nodes: new Map(), edges: new Map() };
  private notes: ReadonlyMap<string, string> = new Map();
  private litEdges: ReadonlySet<string> = new Set();
  /** Of the backward arrows, by edge, where it isn't the usual one. */
  private thickness: ReadonlyMap<string, number> = new Map();
  private near = true;
  /** The node that the keyboard or the pointer has come to in a picture. */
  private reached: string | undefined;
  /** Something is being put elsewhere by hand: the view stays under it. */
  private held = false;
  private frame = 0;

  constructor(
    host: HTMLElement,
    private readonly events: CanvasEvents,
  ) {
    this.world.append(this.layers.groups, this.layers.edges, this.layers.nodes, this.overlay);
    this.element.append(this.world);
    host.append(this.farView.element, this.element);
    this.element.setAttribute("aria-label", "Computational graph");
    this.viewport = new Viewport(host, this.element, {
      moving: () => {
        this.schedule();
      },
      looked: () => {
        this.mount();
      },
    });
    gestures(this, events);
    input(this, events);
    this.viewport.listen();
    for (const kind of ["pointermove", "pointerdown"] as const)
      this.element.addEventListener(kind, (event) => {
        if (kind === "pointerdown" || event.buttons === 0) this.reach(event);
      });
    new ResizeObserver(() => {
      if (this.viewport.fitted) this.fit();
      else this.schedule();
    }).observe(host);
  }

  /** Draws a graph anew. `keepView` leaves pan and zoom alone. */
  draw(scene: Scene, layout: LayoutResult, numbers: SceneNumbers, keepView = false): void {
    const focused = this.focused();
    const before = keepView ? this.layout?.nodes : undefined;
    const sawAll = this.layout !== undefined && this.showsAll();
    const gone = new Map(
      [...this.nodes].flatMap(([id, { element }]) => (layout.nodes[id] ? [] : [[id, element]])),
    );
    this.edges = new Map();
    this.nodes = new Map();
    this.output = undefined;
    this.items = this.noItems();
    this.scene = scene;
    this.element.dataset.convention = scene.manner.convention;
    this.rooms = roomsOf(scene);
    this.sceneNodes = new Map(scene.nodes.map((node) => [node.id, node]));
    this.sceneEdges = new Map(scene.edges.map((edge) => [edge.id, edge]));
    this.findStop();
    this.leaving = bySource(scene.edges);
    this.layout = layout;
    this.numbers = numbers;
    if (this.isLarge()) this.farView.prepare(scene, layout);
    else this.farView.hide();
    for (const layer of Object.values(this.layers)) layer.replaceChildren();
    this.weigh();
    const { groups, edges, nodes } = this.layers;
    for (const group of scene.groups) {
      const box = layout.groups[group.id];
      if (box)
        this.items.set(`group ${group.id}`, {
          layer: groups,
          box,
          make: () => groupMark(group, box),
        });
    }
    for (const { id } of scene.edges) {
      const route = layout.edges[id];
      if (!route) continue;
      const make = (): Element => this.edgeElement(id);
      const box = routeBox(route, this.rooms(id));
      this.items.set(edgeKey(id), { layer: edges, box, make });
    }
    if (layout.output) {
      const make = (): Element => this.edgeElement();
      const box = routeBox(layout.output, this.rooms());
      this.items.set(OUTPUT_KEY, { layer: edges, box, make });
    }
    for (const node of scene.nodes) {
      const at = layout.nodes[node.id];
      const make = (): Element => this.nodeElement(node.id);
      if (at) this.items.set(nodeKey(node.id), { layer: nodes, box: nodeBox(at, node), make });
    }
    // Who saw everything still does, but for whoever has just put something elsewhere by hand.
    const follows = this.viewport.fitted || sawAll;
    if (this.held || (keepView && (!follows || this.showsAll()))) this.mount();
    else if (keepView) this.fit(true);
    else this.begin();
    this.held = false;
    if (before && !still())
      glide({
        before,
        after: layout.nodes,
        nodes: new Map([...this.nodes].map(([id, mark]) => [id, mark.element])),
        gone,
        edges: this.layers.edges,
        overlay: this.overlay,
      });
    if (focused !== undefined) this.refocus(focused);
  }

  /** Gives the keyboard's focus back to a node, or where that is gone to the one that the tab key stops at. */
  private refocus(node: string): void {
    const stop = this.nodes.get(node)?.element ?? this.layers.nodes.querySelector("[tabindex='0']");
    if (stop instanceof SVGElement) stop.focus({ preventScroll: true });
  }

  private showsAll(): boolean {
    const bounds = this.layout?.bounds;
    return bounds !== undefined && shows(this.viewport.transform, bounds, this.viewport.size());
  }

  /** The node that has the keyboard's focus. */
  focused(): string | undefined {
    const { activeElement } = document;
    return activeElement instanceof SVGElement && this.element.contains(activeElement)
      ? activeElement.dataset.node
      : undefined;
  }

  /** Shows all of the graph, or its beginning where all of it would be too small to read. */
  private begin(): void {
    const nodes = Object.values(this.layout?.nodes ?? {});
    const beginning = viewOfBeginning(this.layout?.bounds, this.viewport.size(), nodes);
    if (beginning) this.viewport.settleOn(beginning, { fitted: false, gliding: false });
    else this.fit();
  }

  /** Writes other numbers into the same drawing. */
  update(numbers: SceneNumbers): void {
    this.numbers = numbers;
    for (const [id, mark] of this.edges) mark.show(numbers.edges.get(id) ?? NO_NUMBERS);
    this.weigh();
    this.output?.show(this.outputNumbers());
    for (const [id, mark] of this.nodes) mark.show(numbers.nodes.get(id) ?? NO_NUMBERS);
    this.paintSum();
  }

  /** Whether backward arrows are as thick as their gradients are large. */
  setWeighted(weighted: boolean): void {
    this.weighted = weighted;
    this.weigh();
  }

  private weigh(): void {
    this.thickness = this.weighted ? thicknesses(this.numbers).of : new Map<string, number>();
    for (const [id, mark] of this.edges) mark.setThickness(this.thickness.get(id));
  }

  /** Marks the node that is pointed at, its edges, and those that are selected. */
  highlight(pointed: string | undefined, selection: readonly string[], edge?: string): void {
    this.pointed = pointed;
    this.selectedEdge = edge;
    this.selection = new Set(selection);
    this.findStop();
    this.mountMeant();
    for (const [id, mark] of this.nodes) this.paintNode(id, mark);
    for (const [id, mark] of this.edges) this.paintEdge(id, mark);
    this.paintSum();
  }

  private paintEdge(id: string, mark: EdgeMark): void {
    const { source, target } = this.sceneEdges.get(id)!;
    const pointed = this.pointed !== undefined && [source, target].includes(this.pointed);
    // What points at edges means these, not all that the node has.
    mark.setMeant(this.litEdges.has(id));
    mark.setLit(this.litEdges.size > 0 ? this.litEdges.has(id) : pointed);
    mark.setSelected(id === this.selectedEdge);
  }

  /** Edges that something elsewhere on the page points at. */
  lightEdges(ids: readonly string[]): void {
    this.litEdges = new Set(ids);
    this.mountMeant();
    for (const [id, mark] of this.edges) this.paintEdge(id, mark);
  }

  /** What nodes and edges are just now: acting, waiting, healthy, … */
  mark(marks: MarkSet): void {
    this.marks = marks;
    this.mountMeant();
    for (const [id, mark] of this.nodes) mark.setMarks(marks.nodes.get(id));
    for (const [id, mark] of this.edges) mark.setMarks(marks.edges.get(id));
    this.paintSum();
  }

  /** Lines beneath nodes that a view at the side writes there. */
  note(notes: ReadonlyMap<string, string>): void {
    this.notes = notes;
    for (const [id, mark] of this.nodes) mark.setNote(notes.get(id));
  }

  /** Shows all of the graph. */
  fit(gliding = false): void {
    const whole = viewOfAll(this.layout?.bounds, this.viewport.size());
    if (whole) this.viewport.settleOn(whole, { fitted: true, gliding });
    else this.mount();
  }

  /** Whether somebody has chosen what part of the drawing is seen. */
  get movedByHand(): boolean {
    return this.viewport.handled;
  }

  /** Leaves the view as it is in the next drawing: something was put down in it by hand. */
  hold(): void {
    this.held = true;
  }

  zoomBy(factor: number): void {
    this.viewport.zoomBy(factor);
  }

  panBy(x: number, y: number): void {
    this.viewport.panBy(x, y);
  }

  /** Where a node stands in the host, in pixels; undefined where there is no such node. */
  screenBox(id: string): Rect | undefined {
    const at = this.layout?.nodes[id];
    const node = this.sceneNodes.get(id);
    const title = this.titleBox(id);
    if ((!at || !node) && !title) return undefined;
    return this.viewport.boxToScreen(at && node ? around(at, node) : title!);
  }

  /** Where the name of an open group stands in the drawing. */
  private titleBox(id: string): Rect | undefined {
    const box = this.layout?.groups[groupOf(id) ?? ""];
    return box && { x: box.x + 8, y: box.y, width: TITLE_WIDTH, height: 24 };
  }

  /** Gives a node the keyboard's focus, moving it into view. */
  focus(id: string): void {
    const box = this.screenBox(id);
    if (!box) return;
    this.reached = id;
    this.viewport.reveal(box);
    this.nodes.get(id)?.element.focus({ preventScroll: true });
  }

  /** The same, in a view in which it can be read. */
  approach(id: string): void {
    const at = this.layout?.nodes[id];
    if (at && this.viewport.transform.k < FAR) {
      this.viewport.leave();
      this.viewport.look(closeUp(at, this.viewport.size()));
    }
    this.focus(id);
  }

  /** Gives an edge the keyboard's focus. */
  focusEdge(id: string): void {
    const route = this.layout?.edges[id];
    if (!route) return;
    this.viewport.reveal({ ...this.toScreen(route.value), width: 0, height: 0 });
    this.events.selectEdge(id);
    this.edges.get(id)?.element.focus({ preventScroll: true });
  }

  readonly toWorld = (place: Point): Point => this.viewport.toWorld(place);

  readonly toScreen = (at: Point): Point => this.viewport.toScreen(at);

  readonly placeOf = (event: MouseEvent): Point => this.viewport.placeOf(event);

  readonly centre = (id: string): Point | undefined => this.layout?.nodes[id];

  readonly drawn = (): Scene | undefined => this.scene;

  movedWith(id: string): readonly string[] {
    return this.selection.has(id) ? [...this.selection] : [id];
  }

  inside(rect: Rect): string[] {
    return (this.scene?.nodes ?? []).flatMap((node) => {
      const at = this.centre(node.id);
      return at && overlap(around(at, node), rect) ? [node.id] : [];
    });
  }

  /** Shows nodes elsewhere until the next drawing. */
  preview(places: ReadonlyMap<string, Point>): void {
    const { scene, layout } = this;
    if (!scene || !layout) return;
    this.held = true;
    const next =
      scene.nodes.length <= ROUTED_MOST
        ? withMoved(scene.layoutInput, layout, places)
        : straightened(scene, layout, places);
    this.layout = next;
    for (const [id, at] of places) {
      const item = this.items.get(nodeKey(id));
      const node = this.sceneNodes.get(id);
      if (item && node) item.box = nodeBox(at, node);
      this.nodes.get(id)?.moveTo(at);
    }
    for (const { id } of scene.edges) {
      const route = next.edges[id];
      if (route && route !== layout.edges[id])
        this.items.redo(edgeKey(id), routeBox(route, this.rooms(id)));
    }
    if (next.output && next.output !== layout.output)
      this.items.redo(OUTPUT_KEY, routeBox(next.output, this.rooms()));
    this.events.viewChanged();
  }

  private edgeElement(id?: string): Element {
    const route = id === undefined ? this.layout!.output! : this.layout!.edges[id]!;
    const name = id === undefined ? "the output" : this.sceneEdges.get(id)!.name;
    const source = this.sceneNodes.get(this.sceneEdges.get(id ?? "")?.source ?? "");
    const leaf = source && LEAVES.has(source.kind) ? source.id : undefined;
    const { manner } = this.scene!;
    const image = this.sceneEdges.get(id ?? "")?.image;
    const mark = new EdgeMark({ id, name, route, leaf, rooms: this.rooms(id), image, manner });
    mark.show(id === undefined ? this.outputNumbers() : (this.numbers.edges.get(id) ?? NO_NUMBERS));
    mark.setNear(this.near);
    if (id === undefined) this.output = mark;
    else {
      this.edges.set(id, mark);
      this.paintEdge(id, mark);
      mark.setMarks(this.marks.edges.get(id));
      mark.setThickness(this.thickness.get(id));
    }
    return mark.element;
  }

  private nodeElement(id: string): Element {
    const node = this.sceneNodes.get(id)!;
    const mark = new NodeMark(node, this.layout!.nodes[id]!);
    mark.show(this.numbers.nodes.get(id) ?? NO_NUMBERS);
    this.nodes.set(id, mark);
    this.paintNode(id, mark);
    mark.setMarks(this.marks.nodes.get(id));
    mark.setNote(this.notes.get(id));
    return mark.element;
  }

  private paintNode(id: string, mark: NodeMark): void {
    const { element } = mark;
    element.classList.toggle("pointed", id === this.pointed);
    element.classList.toggle("selected", this.selection.has(id));
    element.setAttribute("tabindex", id === this.stop ? "0" : "-1");
    element.setAttribute("aria-pressed", String(this.selection.has(id)));
  }

  /** One stop of the tab key for the whole drawing: where one was last, else its first node. */
  private stop: string | undefined;

  private findStop(): void {
    this.stop =
      [...this.selection].find((node) => this.sceneNodes.has(node)) ?? this.scene?.nodes[0]?.id;
  }

  private paintSum(): void {
    for (const [id, mark] of this.nodes) {
      const receives = (this.marks.nodes.get(id) ?? "").includes("receiving");
      const leaving = this.leaving.get(id) ?? [];
      const asked = [
        this.numbers.nodes.get(id),
        ...leaving.map((edge) => this.numbers.edges.get(edge.id)),
      ];
      if ((id !== this.pointed && !receives) || asked.some((numbers) => numbers?.asked?.gradient)) {
        mark.hideSum();
        continue;
      }
      mark.showSum(
        leaving.map((edge) => this.numbers.edges.get(edge.id)?.gradient),
        this.numbers.nodes.get(id)?.gradient,
      );
    }
  }

  private outputNumbers(): typeof NO_NUMBERS {
    const output = this.scene?.output;
    return this.numbers.nodes.get(output ?? "") ?? NO_NUMBERS;
  }

  private schedule(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const start = performance.now();
      this.mount(start + SLICE);
      measured("view", start);
    });
  }

  private isLarge(): boolean {
    return (this.scene?.nodes.length ?? 0) > PICTURED_FROM;
  }

  /** Whether the drawing is a picture just now. */
  private isPicture(): boolean {
    return !this.near && this.isLarge();
  }

  /** Brings the SVG in line with the view: the transform, what is in it, and whether numbers show. */
  private mount(deadline = Infinity): void {
    const { transform } = this.viewport;
    this.world.setAttribute("transform", transform.toString());
    const near = transform.k >= FAR;
    if (near !== this.near) {
      this.near = near;
      this.element.classList.toggle("far", !near);
      for (const mark of this.edges.values()) mark.setNear(near);
      this.output?.setNear(near);
    }
    const size = this.viewport.size();
    const view = seen(transform, size);
    const picture = this.isPicture();
    const meant = picture ? this.meant() : undefined;
    const complete = this.items.sync(
      (key, box) => overlap(box, view) && (meant?.has(key) ?? true),
      deadline,
    );
    // Until all elements are there, the picture shows what they will.
    if (this.isLarge() && (picture || !complete)) this.farView.show(transform, size);
    else this.farView.hide();
    if (!complete) this.schedule();
    this.events.viewChanged();
  }

  /** What is an element even in a picture: whatever is selected, pointed at, marked or where the tab key stops. */
  private meant(): Set<string> {
    const nodes = [
      this.stop,
      this.pointed,
      this.reached,
      ...this.selection,
      ...this.marks.nodes.keys(),
    ];
    const edges = [this.selectedEdge, ...this.litEdges, ...this.marks.edges.keys()];
    const near = (this.leaving.get(this.pointed ?? "") ?? []).map(({ id }) => id);
    const some = (ids: readonly (string | undefined)[]): string[] =>
      ids.filter((id) => id !== undefined).slice(0, MEANT_MOST);
    return new Set([...some(nodes).map(nodeKey), ...some([...edges, ...near]).map(edgeKey)]);
  }

  private mountMeant(): void {
    if (this.isPicture()) this.mount();
  }

  /** In a picture, makes the node that is nearest to the pointer an element; a click there means it. */
  private reach(event: PointerEvent): void {
    if (!this.isPicture()) return;
    const here = this.toWorld(this.placeOf(event));
    const by = POINTER_REACH / this.viewport.transform.k;
    const near = this.inside({ x: here.x - by, y: here.y - by, width: 2 * by, height: 2 * by });
    const far = (id: string): number => length(this.centre(id)!, here);
    const nearest = near.sort((a, b) => far(a) - far(b))[0];
    if (nearest === this.reached) return;
    this.reached = nearest;
    this.events.point(nearest);
  }

  readonly pictured = (): string | undefined => (this.isPicture() ? this.reached : undefined);

  private noItems(): Items {
    return new Items((element) => {
      if (!(element instanceof SVGElement)) return;
      const { node, edge } = element.dataset;
      if (node !== undefined) this.nodes.delete(node);
      else if (edge !== undefined) this.edges.delete(edge);
      else if (this.output?.element === element) this.output = undefined;
    });
  }
}

/** Room for the name of a group while it is written. */
const TITLE_WIDTH = 120;
const LEAVES: ReadonlySet<SceneNode["kind"]> = new Set(["input", "parameter", "constant"]);
const OUTPUT_KEY = "output";
const nodeKey = (id: string): string => `node ${id}`;
const edgeKey = (id: string): string => `edge ${id}`;

function bySource(edges: readonly SceneEdge[]): Map<string, SceneEdge[]> {
  const found = new Map<string, SceneEdge[]>();
  for (const edge of edges) {
    const known = found.get(edge.source);
    if (known) known.push(edge);
    else found.set(edge.source, [edge]);
  }
  return found;
}

/** With room for the texts, and for what shows around a node that is pointed at. */
const routeBox = ({ points, ...at }: EdgeRoute, { value, gradient }: Rooms): Rect =>
  grow(enclose([...points.map(dot), around(at.value, value), around(at.gradient, gradient)]), 40);
const nodeBox = (at: Point, node: SceneNode): Rect => grow(around(at, node), 30);

const dot = ({ x, y }: Point): Rect => ({ x, y, width: 0, height: 0 });
