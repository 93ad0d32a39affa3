const places = new Map<string, HTMLElement>();

/** The places of the page that the program fills. They stay, so each is looked for once: a drawing has many elements. */
export function place(name: string): HTMLElement {
  let found = places.get(name);
  if (!found?.isConnected) {
    found = document.querySelector<HTMLElement>(`[data-place="${name}"]`)!;
    places.set(name, found);
  }
  return found;
}

/** Whether something is typed or chosen there. */
export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;
