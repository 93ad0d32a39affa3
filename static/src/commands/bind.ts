/** Commands on keys and on buttons. */
import { html, nothing, type TemplateResult } from "lit-html";
import { tinykeys } from "tinykeys";
import { keyText, type Command } from "./command.js";

/** Keys that also work, or do something of their own, while text is typed. */
const WHILE_TYPING = new Set([
  "$mod+KeyK",
  "$mod+KeyS",
  "$mod+KeyO",
  "$mod+Shift+KeyE",
  "$mod+KeyB",
  "$mod+KeyJ",
  "Alt+KeyP",
  "F2",
  "$mod+Shift+KeyB",
]);

/** Runs commands by their keys, but where something is typed or asked. */
export function bindKeys(commands: readonly Command[]): () => void {
  const bindings = commands.flatMap((command) =>
    command.keys.map((keys): [string, (event: KeyboardEvent) => void] => [
      keys,
      (event) => {
        if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
        if (!WHILE_TYPING.has(keys) && isTyping(event.target) && !isFieldUndo(keys, event.target))
          return;
        if (keys === "Escape" || command.enabled()) event.preventDefault();
        if (command.enabled()) command.run();
      },
    ]),
  );
  // What is typed into fields is told apart above; by itself tinykeys would keep all of it from us.
  return tinykeys(window, Object.fromEntries(bindings), { ignore: (event) => event.isComposing });
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;

/** A value's field follows the graph as one types, so undoing there is undoing the graph. */
const isFieldUndo = (keys: string, target: EventTarget | null): boolean =>
  /Key[ZY]/.test(keys) && target instanceof HTMLElement && target.closest(".leaf-field") !== null;

/** The toolbar: one stop of the tab key, in which the arrow keys go from button to button. */
export function toolbar(commands: readonly Command[]): TemplateResult {
  return html`<div
    role="toolbar"
    aria-label="Commands"
    class="commands"
    @keydown=${(event: KeyboardEvent) => {
      const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      const bar = event.currentTarget as HTMLElement;
      const buttons = [...bar.querySelectorAll<HTMLButtonElement>("button:enabled")];
      const at = buttons.indexOf(event.target as HTMLButtonElement);
      if (way === 0 || at < 0) return;
      event.preventDefault();
      buttons[(at + way + buttons.length) % buttons.length]!.focus();
    }}
  >
    ${commands.filter(({ icon }) => icon !== undefined).map((command) => button(command, command.name === TAB_STOP))}
  </div>`;
}

/** A command that is always enabled. */
const TAB_STOP = "add-op";

function button(command: Command, stop: boolean): TemplateResult {
  const keys = command.keys[0];
  const label = command.label();
  return html`<button
    type="button"
    class=${command.word === undefined ? "icon" : "icon worded"}
    tabindex=${stop ? 0 : -1}
    data-command=${command.name}
    title=${keys === undefined ? label : `${label} (${keyText(keys)})`}
    aria-label=${label}
    ?disabled=${!command.enabled()}
    @click=${() => {
      command.run();
    }}
  >
    <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${command.icon} /></svg>
    ${command.word === undefined ? nothing : html`<span>${command.word}</span>`}
  </button>`;
}
