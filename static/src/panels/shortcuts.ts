/** The list of all keys and gestures, over the page. */
import { html, render } from "lit-html";
import { keyText, type Command } from "../commands/command.js";
import { dialogHeader, newDialog } from "./dialog.js";

const GESTURES: readonly (readonly [string, string])[] = [
  ["Tab, then → and ←", "walk along the edges"],
  ["↑ and ↓", "to what stands above and below"],
  ["PageUp, PageDown, Home, End", "from node to node in the order of computing"],
  ["Shift+→ and Shift+←", "onto an edge; from there Del takes it away, Insert puts an op on it"],
  ["Enter", "select a node, or edit a value"],
  ["Space", "select one node more, or one less"],
  ["any letter, with the drawing focused", "search an op to add"],
  ["drag a node", "move it"],
  ["drag the dot at a node's right", "pull an edge to another node, or into empty space"],
  ["drag a number of a name at the left", "change it"],
  ["Shift+drag", "select with a rectangle"],
  ["double-click", "add an op there; on a node: rename it"],
  ["Ctrl+C, Ctrl+V", "copy and paste nodes, also between tabs"],
];

export function shortcutsDialog(commands: readonly Command[]): void {
  const dialog = newDialog("Keyboard shortcuts");
  render(
    html`${dialogHeader(dialog, "Keyboard and mouse")}
      <div class="columns">
        <table>
          ${commands
            .filter(({ keys }) => keys.length > 0)
            .map(
              (command) =>
                html`<tr>
                  <th scope="row">${plainLabel(command)}</th>
                  <td>
                    ${[...new Set(command.keys.slice(0, 2).map(keyText))].map((keys) => html`<kbd>${keys}</kbd> `)}
                  </td>
                </tr>`,
            )}
        </table>
        <table>
          ${GESTURES.map(
            ([gesture, effect]) =>
              html`<tr>
                <th scope="row">${gesture}</th>
                <td>${effect}</td>
              </tr>`,
          )}
        </table>
      </div>`,
    dialog,
  );
  dialog.showModal();
}

/** Undo's label without what it would undo just now. */
const plainLabel = (command: Command): string => command.label().replace(/:.*/, "");
