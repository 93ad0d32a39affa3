/** The gallery page: a small drawing into each card. */
import * as api from "./api/client.js";
import { numbersOf } from "./canvas/numbers.js";
import { buildScene } from "./canvas/scene.js";
import { thumbnail } from "./canvas/thumbnail.js";
import { still } from "./layout/still.js";
import { startTheme } from "./theme.js";

async function draw(card: HTMLElement, ops: ReadonlyMap<string, api.Op>): Promise<void> {
  const { graph } = await api.example(card.dataset.example!);
  const numbers = numbersOf(await api.evaluate(graph));
  const scene = buildScene(graph, ops, numbers);
  card.replaceChildren(thumbnail(scene, still(scene.layoutInput), numbers));
}

async function start(): Promise<void> {
  startTheme();
  const ops = new Map((await api.ops()).map((op) => [op.name, op]));
  const cards = [...document.querySelectorAll<HTMLElement>("[data-example]")];
  for (const card of cards) {
    await draw(card, ops).catch((error: unknown) => {
      card.textContent = `No drawing: ${String(error)}`;
    });
  }
}

void start();
