/** Commands on keys and on buttons. */
import { html, type TemplateResult } from "lit-html";
import { tinykeys } from "tinykeys";
import { keyText, type Command } from "./command.js";

/** Runs commands by their keys, but for plain keys while something is typed. */
export function bindKeys(commands: readonly Command[]): () => void {
  const bindings = commands.flatMap((command) =>
    command.keys.map((keys): [string, (event: KeyboardEvent) => void] => [
      keys,
      (event) => {
        if (!keys.includes("$mod") && isTyping(event.target)) return;
        if (keys.includes("$mod") && isText(event.target)) return; // the field's own undo
        event.preventDefault();
        if (command.enabled()) command.run();
      },
    ]),
  );
  return tinykeys(window, Object.fromEntries(bindings));
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || isText(target);

const isText = (target: EventTarget | null): boolean => target instanceof HTMLTextAreaElement;

export function commandButton(command: Command): TemplateResult {
  const keys = command.keys[0];
  const label = keys === undefined ? command.label : `${command.label} (${keyText(keys)})`;
  return html`<button
    type="button"
    class="icon"
    data-command=${command.name}
    title=${label}
    aria-label=${command.label}
    ?disabled=${!command.enabled()}
    @click=${() => {
      command.run();
    }}
  >
    <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${command.icon} /></svg>
  </button>`;
}
