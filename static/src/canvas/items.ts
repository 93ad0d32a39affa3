/** What a drawing is made of, of which only a part is in the document. */
import type { Rect } from "../layout/types.js";

/** Something that is drawn: where, in which layer, and how it is made. */
export interface Item {
  readonly layer: SVGGElement;
  box: Rect;
  readonly make: () => Element;
  /** While it is in the document. */
  element?: Element;
}

export class Items {
  private readonly items = new Map<string, Item>();

  /** `gone` is told of what is taken out of the document. */
  constructor(private readonly gone: (element: Element) => void) {}

  set(key: string, item: Item): void {
    this.items.set(key, item);
  }

  get(key: string): Item | undefined {
    return this.items.get(key);
  }

  /**
   * Brings in what is wanted and takes out what isn't, but for what has the keyboard's focus. Whether all could be brought in until
   * `deadline`, by `performance.now()`.
   */
  sync(wanted: (key: string, box: Rect) => boolean, deadline: number): boolean {
    let complete = true;
    for (const [key, item] of this.items) {
      const { element } = item;
      const shown = wanted(key, item.box);
      if (!shown) {
        if (element && !element.contains(document.activeElement)) this.takeOut(item, element);
      } else if (!element) {
        complete &&= performance.now() < deadline;
        if (complete) item.layer.append((item.element = item.make()));
      }
    }
    return complete;
  }

  private takeOut(item: Item, element: Element): void {
    element.remove();
    delete item.element;
    this.gone(element);
  }

  /** Makes an item anew, where it is in the document. */
  redo(key: string, box: Rect): void {
    const item = this.items.get(key);
    if (!item) return;
    item.box = box;
    const before = item.element;
    if (!before) return;
    item.element = item.make();
    before.replaceWith(item.element);
  }
}
