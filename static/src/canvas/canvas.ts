/**
 * The drawing on screen: an SVG as large as its host, that holds what is in view and no more. Numbers are left out where they
 * would be too small to read.
 */
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from "d3-zoom";
import { around, enclose, grow, overlap } from "../layout/geometry.js";
import type { LayoutResult, Point, Rect } from "../layout/types.js";
import { EdgeMark, groupMark, NodeMark, svg } from "./marks.js";
import {
  NO_NUMBERS,
  numbersOf,
  type Scene,
  type SceneEdge,
  type SceneNode,
  type SceneNumbers,
} from "./scene.js";

/** Below this zoom nobody could read a number. */
const FAR = 0.3;
const ZOOM_RANGE: [number, number] = [0.02, 6];
/** A small graph isn't blown up beyond this. */
const FIT_MOST = 1.5;
const FIT_AIR = 16;

export interface CanvasEvents {
  /** The pointer or the keyboard's focus is on a node, or on none. */
  point(node: string | undefined): void;
  select(node: string | undefined): void;
  /** A group's name was clicked. */
  openGroup(group: string): void;
  /** The drawing has moved or changed size on screen. */
  move(): void;
}

interface Item {
  readonly box: Rect;
  readonly make: () => Element;
  element?: Element;
}

export class Canvas {
  private readonly svg = svg("svg", { class: "drawing", role: "group" });
  private readonly world = svg("g");
  private readonly layers = { groups: svg("g"), edges: svg("g"), nodes: svg("g") };
  private readonly zoom = zoom<SVGSVGElement, unknown>().scaleExtent(ZOOM_RANGE);
  private readonly observer: ResizeObserver;
  private transform: ZoomTransform = zoomIdentity;
  private items: { readonly layer: SVGGElement; readonly item: Item }[] = [];
  private edges = new Map<string, EdgeMark>();
  private output: EdgeMark | undefined;
  private nodes = new Map<string, NodeMark>();
  private scene: Scene | undefined;
  private sceneNodes: ReadonlyMap<string, SceneNode> = new Map();
  private sceneEdges: ReadonlyMap<string, SceneEdge> = new Map();
  private layout: LayoutResult | undefined;
  private numbers: SceneNumbers = numbersOf(undefined);
  private pointed: string | undefined;
  private selected: string | undefined;
  private near = true;
  private fitted = true;
  private frame = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly events: CanvasEvents,
  ) {
    this.world.append(this.layers.groups, this.layers.edges, this.layers.nodes);
    this.svg.append(this.world);
    host.append(this.svg);
    this.svg.setAttribute("aria-label", "Computational graph");
    this.zoom.on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      if (event.sourceEvent) this.fitted = false;
      this.transform = event.transform;
      this.schedule();
    });
    select(this.svg).call(this.zoom).on("dblclick.zoom", null);
    this.listen();
    this.observer = new ResizeObserver(() => {
      if (this.fitted) this.fit();
      else this.schedule();
    });
    this.observer.observe(host);
  }

  /** Draws a graph anew. `keepView` leaves pan and zoom alone. */
  draw(scene: Scene, layout: LayoutResult, numbers: SceneNumbers, keepView = false): void {
    this.scene = scene;
    this.sceneNodes = new Map(scene.nodes.map((node) => [node.id, node]));
    this.sceneEdges = new Map(scene.edges.map((edge) => [edge.id, edge]));
    this.layout = layout;
    this.numbers = numbers;
    for (const layer of Object.values(this.layers)) layer.replaceChildren();
    this.edges = new Map();
    this.nodes = new Map();
    this.output = undefined;
    this.items = [];
    for (const group of scene.groups) {
      const box = layout.groups[group.id];
      if (box) this.add(this.layers.groups, box, () => groupMark(group, box));
    }
    for (const { id } of scene.edges) {
      const route = layout.edges[id];
      if (!route) continue;
      this.add(this.layers.edges, grow(enclose(route.points.map(dot)), 40), () =>
        this.edgeElement(id),
      );
    }
    const { output } = layout;
    if (output)
      this.add(this.layers.edges, grow(enclose(output.points.map(dot)), 40), () =>
        this.edgeElement(),
      );
    for (const node of scene.nodes) {
      const at = layout.nodes[node.id];
      if (at)
        this.add(this.layers.nodes, grow(around(at, node), 30), () => this.nodeElement(node.id));
    }
    if (keepView && !this.fitted) this.mount();
    else this.fit();
  }

  /** Writes other numbers into the same drawing. */
  update(numbers: SceneNumbers): void {
    this.numbers = numbers;
    for (const [id, mark] of this.edges) mark.show(numbers.edges.get(id) ?? NO_NUMBERS);
    this.output?.show(this.outputNumbers());
    for (const [id, mark] of this.nodes) mark.show(numbers.nodes.get(id) ?? NO_NUMBERS);
    this.paintSum();
  }

  /** Marks the node that is pointed at, its edges, and the one that is selected. */
  highlight(pointed: string | undefined, selected: string | undefined): void {
    this.pointed = pointed;
    this.selected = selected;
    for (const [id, mark] of this.nodes) this.paintNode(id, mark);
    for (const edge of this.scene?.edges ?? [])
      this.edges
        .get(edge.id)
        ?.setLit(pointed !== undefined && [edge.source, edge.target].includes(pointed));
    this.paintSum();
  }

  /** Shows all of the graph. */
  fit(): void {
    const bounds = this.layout?.bounds;
    const { width, height } = this.host.getBoundingClientRect();
    if (!bounds || bounds.width === 0 || width === 0 || height === 0) {
      this.mount();
      return;
    }
    const scale = Math.min(
      (width - 2 * FIT_AIR) / bounds.width,
      (height - 2 * FIT_AIR) / bounds.height,
      FIT_MOST,
    );
    const middle = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
    this.transform = zoomIdentity
      .translate(width / 2 - middle.x * scale, height / 2 - middle.y * scale)
      .scale(scale);
    this.fitted = true;
    select(this.svg).call((s) => {
      this.zoom.transform(s, this.transform);
    });
    this.mount();
  }

  zoomBy(factor: number): void {
    this.fitted = false;
    select(this.svg).call((s) => {
      this.zoom.scaleBy(s, factor);
    });
  }

  panBy(x: number, y: number): void {
    this.fitted = false;
    select(this.svg).call((s) => {
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

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.svg.remove();
  }

  private add(layer: SVGGElement, box: Rect, make: () => Element): void {
    this.items.push({ layer, item: { box, make } });
  }

  private edgeElement(id?: string): Element {
    const route = id === undefined ? this.layout!.output! : this.layout!.edges[id]!;
    const mark = new EdgeMark(id, route);
    mark.show(id === undefined ? this.outputNumbers() : (this.numbers.edges.get(id) ?? NO_NUMBERS));
    mark.setNear(this.near);
    if (id === undefined) this.output = mark;
    else {
      this.edges.set(id, mark);
      const edge = this.sceneEdges.get(id)!;
      mark.setLit(this.pointed !== undefined && [edge.source, edge.target].includes(this.pointed));
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
    element.classList.toggle("selected", id === this.selected);
    // One stop of the tab key for the whole drawing: where one was last, else its first node.
    const stop = this.selected ?? this.scene?.nodes[0]?.id;
    element.setAttribute("tabindex", id === stop ? "0" : "-1");
    element.setAttribute("aria-pressed", String(id === this.selected));
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
      this.svg.classList.toggle("far", !near);
      for (const mark of this.edges.values()) mark.setNear(near);
      this.output?.setNear(near);
    }
    for (const { layer, item } of this.items) {
      const visible = overlap(item.box, view);
      if (visible && !item.element) {
        item.element = item.make();
        layer.append(item.element);
      } else if (!visible && item.element && !item.element.contains(document.activeElement))
        this.unmount(item);
    }
    this.events.move();
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
    this.svg.addEventListener("pointerover", (event) => {
      this.events.point(nodeAt(event));
    });
    this.svg.addEventListener("pointerleave", () => {
      this.events.point(undefined);
    });
    this.svg.addEventListener("focusin", (event) => {
      this.events.point(nodeAt(event));
    });
    this.svg.addEventListener("focusout", () => {
      this.events.point(undefined);
    });
    this.svg.addEventListener("click", (event) => {
      const group = (event.target as Element).closest<SVGElement>(
        "[data-group] text",
      )?.parentElement;
      const id = group?.dataset.group;
      if (id !== undefined) this.events.openGroup(id);
      else this.events.select(nodeAt(event));
    });
    this.svg.addEventListener("keydown", (event) => {
      this.key(event, nodeAt(event));
    });
  }

  private key(event: KeyboardEvent, node: string | undefined): void {
    if (event.ctrlKey || event.metaKey || event.altKey || node === undefined) return;
    const order = this.scene!.nodes.map(({ id }) => id);
    const at = order.indexOf(node);
    const next: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: order.length - 1,
    };
    const to = next[event.key];
    if (to !== undefined) {
      const id = order[Math.max(0, Math.min(order.length - 1, to))]!;
      this.focus(id);
    } else if (event.key === "Enter" || event.key === " ") this.events.select(node);
    else return;
    event.preventDefault();
  }
}

const dot = ({ x, y }: Point): Rect => ({ x, y, width: 0, height: 0 });
