/** The places of the page that the program fills. */
export const place = (name: string): HTMLElement =>
  document.querySelector<HTMLElement>(`[data-place="${name}"]`)!;

/** Whether something is typed or chosen there. */
export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;
