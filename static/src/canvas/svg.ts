/** SVG elements. */
const SVG = "http://www.w3.org/2000/svg";

export type Attributes = Readonly<Record<string, string | number>>;

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Element | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** Gives an element the marks that are named, in place of those that it was given before. */
export function setMarks(element: SVGElement, names: string | undefined): void {
  const before = element.dataset.marks ?? "";
  if (before === (names ?? "")) return;
  element.classList.remove(...classes(before));
  element.classList.add(...classes(names ?? ""));
  if (names) element.dataset.marks = names;
  else delete element.dataset.marks;
}

const classes = (names: string): string[] =>
  names
    .split(" ")
    .filter(Boolean)
    .map((name) => `mark-${name}`);
