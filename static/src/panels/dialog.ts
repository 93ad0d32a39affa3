/** A dialog over the page, which is gone when it is closed. */
import { html, type TemplateResult } from "lit-html";

/** An empty dialog, to be filled and then shown; a click beside it closes it, and so does Escape. */
export function newDialog(label: string): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", label);
  dialog.addEventListener("close", () => {
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  return dialog;
}

/** A dialog's title, with the button that closes it. */
export const dialogHeader = (dialog: HTMLDialogElement, title: string): TemplateResult =>
  html`<header>
    <h2>${title}</h2>
    <button
      type="button"
      class="icon"
      aria-label="Close"
      @click=${() => {
        dialog.close();
      }}
    >
      ×
    </button>
  </header>`;
