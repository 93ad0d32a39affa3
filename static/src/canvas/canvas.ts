/**
 * The drawing on screen: an SVG as large as its host, that holds what is in view and no more. Numbers are left out where they
 * would be too small to read.
 */
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from "d3-zoom";
import { around, enclose, grow, overlap } from "../layout/geometry.js";
import type { Placed } from "../layout/outline.js";
import { direct, outlet } from "../layout/routes.js";
import type { EdgeRoute, LayoutResult, Point, Rect } from "../layout/types.js";
import { gestures, subjectOf, type GestureEvents, type Ground } from "./gestures.js";
import { EdgeMark, groupMark, NodeMark, svg } from "./marks.js";
import {
  NO_NUMBERS,
  numbersOf,
  outlineOf,
  type Scene,
  type SceneEdge,
  type SceneNode,
  type SceneNumbers,
  thicknesses,
} from "./scene.js";

/** Below this zoom nobody could read a number. */
const FAR = 0.3;
const ZOOM_RANGE: [number, number] = [0.02, 6];
/** A graph that would have to be shrunk more than this begins at its left end. */
const READABLE = 0.55;
/** A small graph isn't blown up beyond this. */
const FIT_MOST = 1.5;
const FIT_AIR = 16;
/** How long nodes take to their new places, in milliseconds. */
const GLIDE = 260;

export interface CanvasEvents extends GestureEvents {
  /** The pointer or the keyboard's focus is on a node, or on none. */
  point(node: string | undefined): void;
  /** A node was clicked, or empty space; `more` with the Shift key, which adds to the selection. */
  select(node: string | undefined, more: boolean): void;
  /** An empty slot was clicked. */
  fill(node: string, slot: number): void;
  /** An edge was clicked. */
  selectEdge(edge: string): void;
  /** Empty space was double-clicked. */
  search(at: Point): void;
  /** A node was double-clicked. */
  edit(node: string): void;
  /** A group's name was clicked. */
  openGroup(group: string): void;
  /** The drawing has moved or changed size on screen. */
  viewChanged(): void;
}

/** Something that is in the SVG while its box is in view. */
interface Item {
  readonly layer: SVGGElement;
  box: Rect;
  readonly make: () => Element;
  element?: Element;
}

export class Canvas implements Ground {
  readonly element = svg("svg", { class: "drawing", role: "group" });
  readonly overlay = svg("g", { class: "overlay" });
  private readonly world = svg("g");
  private readonly layers = { groups: svg("g"), edges: svg("g"), nodes: svg("g") };
  private readonly zoom = zoom<SVGSVGElement, unknown>().scaleExtent(ZOOM_RANGE);
  private transform: ZoomTransform = zoomIdentity;
  private items = new Map<string, Item>();
  private edges = new Map<string, EdgeMark>();
  private output: EdgeMark | undefined;
  private nodes = new Map<string, NodeMark>();
  private scene: Scene | undefined;
  private sceneNodes: ReadonlyMap<string, SceneNode> = new Map();
  private sceneEdges: ReadonlyMap<string, SceneEdge> = new Map();
  private layout: LayoutResult | undefined;
  private numbers: SceneNumbers = numbersOf(undefined);
  private pointed: string | undefined;
  private selectedEdge: string | undefined;
  private selection: ReadonlySet<string> = new Set();
  private weighted = false;
  /** Of the backward arrows, by edge, where it isn't the usual one. */
  private thickness: ReadonlyMap<string, number> = new Map();
  private near = true;
  private fitted = true;
  private frame = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly events: CanvasEvents,
  ) {
    this.world.append(this.layers.groups, this.layers.edges, this.layers.nodes, this.overlay);
    this.element.append(this.world);
    host.append(this.element);
    this.element.setAttribute("aria-label", "Computational graph");
    this.zoom.on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      if (event.sourceEvent) this.fitted = false;
      this.transform = event.transform;
      this.schedule();
    });
    this.zoom.filter(
      (event: MouseEvent) =>
        event.type === "wheel" ||
        (!event.button && !event.ctrlKey && subjectOf(event) === undefined),
    );
    gestures(this, events);
    select(this.element).call(this.zoom).on("dblclick.zoom", null);
    this.listen();
    new ResizeObserver(() => {
      if (this.fitted) this.fit();
      else this.schedule();
    }).observe(host);
  }

  /** Draws a graph anew. `keepView` leaves pan and zoom alone. */
  draw(scene: Scene, layout: LayoutResult, numbers: SceneNumbers, keepView = false): void {
    const focused = this.focused();
    const before = keepView ? this.layout?.nodes : undefined;
    this.edges = new Map();
    this.nodes = new Map();
    this.output = undefined;
    this.items = new Map();
    this.scene = scene;
    this.sceneNodes = new Map(scene.nodes.map((node) => [node.id, node]));
    this.sceneEdges = new Map(scene.edges.map((edge) => [edge.id, edge]));
    this.layout = layout;
    this.numbers = numbers;
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
      this.items.set(edgeKey(id), { layer: edges, box: routeBox(route), make });
    }
    if (layout.output) {
      const make = (): Element => this.edgeElement();
      this.items.set(OUTPUT_KEY, { layer: edges, box: routeBox(layout.output), make });
    }
    for (const node of scene.nodes) {
      const at = layout.nodes[node.id];
      const make = (): Element => this.nodeElement(node.id);
      if (at) this.items.set(nodeKey(node.id), { layer: nodes, box: nodeBox(at, node), make });
    }
    if (keepView && (!this.fitted || this.inView(layout.bounds))) this.mount();
    else if (keepView) this.fit();
    else this.begin();
    if (before) this.glide(before);
    if (focused !== undefined) this.nodes.get(focused)?.element.focus({ preventScroll: true });
  }

  /** Lets nodes glide from where they stood, so that the eye can follow; edges come in when they are there. */
  private glide(before: LayoutResult["nodes"]): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let moved = false;
    for (const [id, { element }] of this.nodes) {
      const [from, to] = [before[id], this.centre(id)!];
      if (from && Math.hypot(from.x - to.x, from.y - to.y) < 1) continue;
      moved = true;
      const at = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;
      const frames = from ? { transform: [at(from), at(to)] } : { opacity: [0, 1] };
      element.animate(frames, { duration: GLIDE, easing: "ease-out" });
    }
    if (moved) this.layers.edges.animate({ opacity: [0, 0, 1] }, { duration: GLIDE });
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
    const whole = this.whole();
    if (!whole || !this.layout || whole.k >= READABLE) {
      this.fit();
      return;
    }
    const { bounds } = this.layout;
    const { height } = this.host.getBoundingClientRect();
    const high = bounds.height * READABLE > height;
    const x = FIT_AIR - bounds.x * READABLE;
    const y = high
      ? FIT_AIR - bounds.y * READABLE
      : height / 2 - (bounds.y + bounds.height / 2) * READABLE;
    this.look(zoomIdentity.translate(x, y).scale(READABLE));
    this.fitted = false;
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
    for (const [id, mark] of this.nodes) this.paintNode(id, mark);
    for (const [id, mark] of this.edges) this.paintEdge(id, mark);
    this.paintSum();
  }

  private paintEdge(id: string, mark: EdgeMark): void {
    const { source, target } = this.sceneEdges.get(id)!;
    mark.setLit(this.pointed !== undefined && [source, target].includes(this.pointed));
    mark.setSelected(id === this.selectedEdge);
  }

  /** Shows all of the graph. */
  fit(): void {
    const whole = this.whole();
    if (!whole) {
      this.mount();
      return;
    }
    this.look(whole);
    this.fitted = true;
  }

  /** The view of all of the graph; undefined where there is nothing to see, or nowhere. */
  private whole(): ZoomTransform | undefined {
    const bounds = this.layout?.bounds;
    const { width, height } = this.host.getBoundingClientRect();
    if (!bounds || bounds.width === 0 || width === 0 || height === 0) return undefined;
    const scale = Math.min(
      (width - 2 * FIT_AIR) / bounds.width,
      (height - 2 * FIT_AIR) / bounds.height,
      FIT_MOST,
    );
    const middle = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
    return zoomIdentity
      .translate(width / 2 - middle.x * scale, height / 2 - middle.y * scale)
      .scale(scale);
  }

  private look(view: ZoomTransform): void {
    select(this.element).call((drawing) => {
      this.zoom.transform(drawing, view);
    });
    this.mount();
  }

  zoomBy(factor: number): void {
    this.fitted = false;
    select(this.element).call((s) => {
      this.zoom.scaleBy(s, factor);
    });
  }

  panBy(x: number, y: number): void {
    this.fitted = false;
    select(this.element).call((s) => {
      this.zoom.translateBy(s, x / this.transform.k, y / this.transform.k);
    });
  }

  /** Where a node stands in the host, in pixels; undefined where there is no such node. */
  screenBox(id: string): Rect | undefined {
    const at = this.layout?.nodes[id];
    const node = this.sceneNodes.get(id);
    if (!at || !node) return undefined;
    const { x, y, k } = this.transform;
    const box = around(at, node);
    return { x: box.x * k + x, y: box.y * k + y, width: box.width * k, height: box.height * k };
  }

  /** Gives a node the keyboard's focus, moving it into view. */
  focus(id: string): void {
    const box = this.screenBox(id);
    const { width, height } = this.host.getBoundingClientRect();
    if (!box) return;
    const margin = 40;
    const dx = Math.max(0, margin - box.x) - Math.max(0, box.x + box.width + margin - width);
    const dy = Math.max(0, margin - box.y) - Math.max(0, box.y + box.height + margin - height);
    if (dx || dy) this.panBy(dx, dy);
    this.mount();
    this.nodes.get(id)?.element.focus({ preventScroll: true });
  }

  toWorld(place: Point): Point {
    const [x, y] = this.transform.invert([place.x, place.y]);
    return { x, y };
  }

  /** Where in the host, in pixels, an event of the pointer is. */
  placeOf({ clientX, clientY }: MouseEvent): Point {
    const { x, y } = this.element.getBoundingClientRect();
    return { x: clientX - x, y: clientY - y };
  }

  /** Where a point of the drawing is in the host, in pixels. */
  toScreen(at: Point): Point {
    const [x, y] = this.transform.apply([at.x, at.y]);
    return { x, y };
  }

  centre(id: string): Point | undefined {
    return this.layout?.nodes[id];
  }

  movedWith(id: string): readonly string[] {
    return this.selection.has(id) ? [...this.selection] : [id];
  }

  inside(rect: Rect): string[] {
    return (this.scene?.nodes ?? []).flatMap((node) => {
      const at = this.centre(node.id);
      return at && overlap(around(at, node), rect) ? [node.id] : [];
    });
  }

  /** Shows nodes elsewhere, with straight edges, until the next drawing. */
  preview(places: ReadonlyMap<string, Point>): void {
    const { scene, layout } = this;
    if (!scene || !layout) return;
    const nodes = { ...layout.nodes, ...Object.fromEntries(places) };
    const placed = (id: string): Placed => {
      const node = this.sceneNodes.get(id)!;
      return { ...node, outline: outlineOf(node), centre: nodes[id]! };
    };
    const inputs = new Map(scene.layoutInput.edges.map((edge) => [edge.id, edge]));
    const edges = { ...layout.edges };
    const changed = scene.edges.filter(
      ({ source, target }) => places.has(source) || places.has(target),
    );
    for (const { id, source, target } of changed)
      edges[id] = direct(placed(source), placed(target), inputs.get(id)!);
    const { output } = scene.layoutInput;
    const withOutput = output !== undefined && places.has(output.node);
    this.layout = {
      ...layout,
      nodes,
      edges,
      ...(withOutput ? { output: outlet(placed(output.node), output) } : {}),
    };
    for (const [id, at] of places) {
      const item = this.items.get(nodeKey(id));
      const node = this.sceneNodes.get(id);
      if (item && node) item.box = nodeBox(at, node);
      this.nodes.get(id)?.moveTo(at);
    }
    for (const { id } of changed) this.redo(edgeKey(id), routeBox(edges[id]!));
    if (withOutput) this.redo(OUTPUT_KEY, routeBox(this.layout.output!));
    this.events.viewChanged();
  }

  /** Makes an item anew, where it is in the SVG. */
  private redo(key: string, box: Rect): void {
    const item = this.items.get(key);
    if (!item) return;
    item.box = box;
    const before = item.element;
    if (!before) return;
    item.element = item.make();
    before.replaceWith(item.element);
  }

  private inView(bounds: Rect): boolean {
    const { x, y } = this.toScreen(bounds);
    const { width, height } = this.host.getBoundingClientRect();
    const { k } = this.transform;
    const [right, bottom] = [x + bounds.width * k, y + bounds.height * k];
    return (
      x >= -1 &&
      y >= -1 &&
      right <= width + 1 &&
      bottom <= height + 1 &&
      bounds.width * k > width / 3
    );
  }

  private edgeElement(id?: string): Element {
    const route = id === undefined ? this.layout!.output! : this.layout!.edges[id]!;
    const name = id === undefined ? "the output" : this.sceneEdges.get(id)!.name;
    const mark = new EdgeMark(id, name, route);
    mark.show(id === undefined ? this.outputNumbers() : (this.numbers.edges.get(id) ?? NO_NUMBERS));
    mark.setNear(this.near);
    if (id === undefined) this.output = mark;
    else {
      this.edges.set(id, mark);
      this.paintEdge(id, mark);
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
    return mark.element;
  }

  private paintNode(id: string, mark: NodeMark): void {
    const { element } = mark;
    element.classList.toggle("pointed", id === this.pointed);
    element.classList.toggle("selected", this.selection.has(id));
    // One stop of the tab key for the whole drawing: where one was last, else its first node.
    const stop =
      [...this.selection].find((node) => this.sceneNodes.has(node)) ?? this.scene?.nodes[0]?.id;
    element.setAttribute("tabindex", id === stop ? "0" : "-1");
    element.setAttribute("aria-pressed", String(this.selection.has(id)));
  }

  private paintSum(): void {
    for (const [id, mark] of this.nodes) {
      if (id !== this.pointed) {
        mark.hideSum();
        continue;
      }
      const leaving = this.scene!.edges.filter(({ source }) => source === id);
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
      this.mount();
    });
  }

  /** Brings the SVG in line with the view: the transform, what is in it, and whether numbers show. */
  private mount(): void {
    const { x, y, k } = this.transform;
    this.world.setAttribute("transform", this.transform.toString());
    const { width, height } = this.host.getBoundingClientRect();
    const view: Rect = { x: -x / k, y: -y / k, width: width / k, height: height / k };
    const near = k >= FAR;
    if (near !== this.near) {
      this.near = near;
      this.element.classList.toggle("far", !near);
      for (const mark of this.edges.values()) mark.setNear(near);
      this.output?.setNear(near);
    }
    for (const item of this.items.values()) {
      const visible = overlap(item.box, view);
      if (visible && !item.element) {
        item.element = item.make();
        item.layer.append(item.element);
      } else if (!visible && item.element && !item.element.contains(document.activeElement))
        this.unmount(item);
    }
    this.events.viewChanged();
  }

  private unmount(item: Item): void {
    const { element } = item;
    if (!(element instanceof SVGElement)) return;
    element.remove();
    delete item.element;
    const { node, edge } = element.dataset;
    if (node !== undefined) this.nodes.delete(node);
    else if (edge !== undefined) this.edges.delete(edge);
    else if (this.output?.element === element) this.output = undefined;
  }

  private listen(): void {
    const nodeAt = (event: Event): string | undefined =>
      (event.target as Element).closest<SVGElement>("[data-node]")?.dataset.node;
    this.element.addEventListener("pointerover", (event) => {
      this.events.point(nodeAt(event));
    });
    this.element.addEventListener("pointerleave", () => {
      this.events.point(undefined);
    });
    this.element.addEventListener("focusin", (event) => {
      this.events.point(nodeAt(event));
    });
    this.element.addEventListener("focusout", () => {
      this.events.point(undefined);
    });
    this.element.addEventListener("click", (event) => {
      const group = (event.target as Element).closest<SVGElement>(
        "[data-group] text",
      )?.parentElement;
      const id = group?.dataset.group;
      const edge = (event.target as Element).closest<SVGElement>("[data-edge]")?.dataset.edge;
      const hole = (event.target as Element).closest<SVGElement>("[data-hole]")?.dataset.hole;
      const node = nodeAt(event);
      if (id !== undefined) this.events.openGroup(id);
      else if (hole !== undefined && node !== undefined) this.events.fill(node, Number(hole));
      else if (edge !== undefined) this.events.selectEdge(edge);
      else this.events.select(node, event.shiftKey);
    });
    this.element.addEventListener("dblclick", (event) => {
      const node = nodeAt(event);
      if (node !== undefined) this.events.edit(node);
      else this.events.search(this.toWorld(this.placeOf(event)));
    });
    this.element.addEventListener("keydown", (event) => {
      this.key(event, nodeAt(event));
    });
  }

  /** Where a key leads from a node: along its edges, to what stands above or below, or on in topological order. */
  private nextNode(node: string, key: string): string | undefined {
    const scene = this.scene!;
    const order = scene.nodes.map(({ id }) => id);
    const at = order.indexOf(node);
    const last = order.length - 1;
    const inOrder: Record<string, number> = {
      PageDown: Math.min(last, at + 1),
      PageUp: Math.max(0, at - 1),
      Home: 0,
      End: last,
    };
    const place = inOrder[key];
    if (place !== undefined) return order[place];
    const here = this.centre(node)!;
    const rows: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 };
    const row = rows[key];
    if (row !== undefined)
      return this.nearest(order, ({ x, y }) =>
        (y - here.y) * row > 8 ? Math.abs(y - here.y) + 2 * Math.abs(x - here.x) : Infinity,
      );
    if (key !== "ArrowRight" && key !== "ArrowLeft") return undefined;
    const ends = scene.edges.flatMap(({ source, target }) =>
      key === "ArrowRight" ? (source === node ? [target] : []) : target === node ? [source] : [],
    );
    return this.nearest(ends, ({ x, y }) => Math.hypot(x - here.x, y - here.y)) ?? node;
  }

  private nearest(ids: readonly string[], far: (at: Point) => number): string | undefined {
    const ranked = ids
      .map((id) => ({ id, distance: far(this.centre(id)!) }))
      .filter(({ distance }) => distance < Infinity)
      .sort((a, b) => a.distance - b.distance);
    return ranked[0]?.id;
  }

  private key(event: KeyboardEvent, node: string | undefined): void {
    if (event.ctrlKey || event.metaKey || event.altKey || node === undefined) return;
    const to = this.nextNode(node, event.key);
    if (to !== undefined) this.focus(to);
    else if (event.key === "Enter") this.events.select(node, event.shiftKey);
    else if (event.key === " ") this.events.select(node, true);
    else return;
    event.preventDefault();
  }
}

const OUTPUT_KEY = "output";
const nodeKey = (id: string): string => `node ${id}`;
const edgeKey = (id: string): string => `edge ${id}`;

/** With room for the texts, and for what shows around a node that is pointed at. */
const routeBox = ({ points }: EdgeRoute): Rect => grow(enclose(points.map(dot)), 40);
const nodeBox = (at: Point, node: SceneNode): Rect => grow(around(at, node), 30);

const dot = ({ x, y }: Point): Rect => ({ x, y, width: 0, height: 0 });
