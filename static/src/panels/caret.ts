/** Places in a text field that a fault names. */

/** Selects the character at a line and a column, which count characters from 1. */
export function selectPlace(field: HTMLTextAreaElement, line: number, column: number): void {
  const lines = field.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
  const within = Array.from(lines[line - 1] ?? "")
    .slice(0, column - 1)
    .join("").length;
  const at = before + within;
  field.focus();
  field.setSelectionRange(at, Math.min(at + 1, field.value.length));
  // A text area doesn't follow its caret by itself.
  const height = field.scrollHeight / Math.max(1, lines.length);
  field.scrollTop = Math.max(0, (line - 1) * height - field.clientHeight / 2);
}
