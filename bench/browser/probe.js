/* Put into each page before its own program: notes what happens there and when, and plays a person's hands. */
"use strict";

window.probe = (() => {
  const STILL_FRAMES = 20;
  const MOST_SECONDS = 15;

  /** Measures of the page's program, by the clock of `performance.now()`; `painted` once the frame after it stands. */
  const took = [];
  const laid = {};
  let answered = { at: Infinity, inFrame: Promise.resolve(false) };

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  /** When the next frame has been painted, as far as that is the page's own thread's work. */
  function painted() {
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(undefined);
      });
    });
  }

  const measure = performance.measure.bind(performance);
  performance.measure = (...all) => {
    const made = measure(...all);
    const { name, startTime, duration } = made;
    const entry = { name, start: startTime, end: startTime + duration, painted: undefined };
    took.push(entry);
    void painted().then((now) => (entry.painted = now));
    return made;
  };

  /** Keeps the latest question to the layout and its answer. */
  window.Worker = class extends Worker {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => (laid.result = data.result));
    }

    postMessage(message, ...rest) {
      laid.input = message.input;
      super.postMessage(message, ...rest);
    }
  };

  /** Notes when numbers arrive, and whether the very next frame has them. */
  window.WebSocket = class extends WebSocket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", () => {
        const at = performance.now();
        answered = { at, inFrame: frame().then(() => first("numbers", at) !== undefined) };
      });
    }
  };

  const first = (work, since) =>
    took.find(({ name, start }) => name === `backarrow:${work}` && start >= since);

  async function until(found) {
    for (;;) {
      const result = found();
      if (result) return result;
      await frame();
    }
  }

  /** The first measure of a kind of work that began after `since`, and whose frame has been painted. */
  const done = (work, since) =>
    until(() => {
      const entry = first(work, since);
      return entry?.painted === undefined ? undefined : entry;
    });

  /** When the page was painted whose elements have then stood still. */
  async function settled() {
    let changed = true;
    let at = 0;
    const observer = new MutationObserver(() => (changed = true));
    const what = { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] };
    observer.observe(document.body, what);
    for (let still = 0; still < STILL_FRAMES; still++) {
      const now = await painted();
      if (changed) [at, still] = [now, 0];
      changed = false;
    }
    observer.disconnect();
    return at;
  }

  /**
   * Does one step a frame: the milliseconds from frame to frame, and those until the page stands still after the last. Ends early
   * where frames are very slow.
   */
  async function move(count, step) {
    const start = await frame();
    const times = [start];
    for (let i = 0; i < count && times.at(-1) - start < 1000 * MOST_SECONDS; i++) {
      step(i);
      times.push(await frame());
    }
    const gaps = times.slice(1).map((time, i) => time - times[i]);
    return { gaps, late: (await settled()) - times.at(-1) };
  }

  function centre(element) {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { clientX: x + width / 2, clientY: y + height / 2 };
  }

  const EVENT = { bubbles: true, cancelable: true, view: window };

  /** Drags the drawing by (dx, dy) pixels a frame, there and back. */
  async function pan(selector, dx, dy, count) {
    const board = document.querySelector(selector);
    const { clientX, clientY } = centre(board);
    const mouse = (type, steps) => {
      const at = { clientX: clientX - steps * dx, clientY: clientY - steps * dy };
      board.dispatchEvent(new MouseEvent(type, { ...EVENT, ...at, buttons: 1 }));
    };
    mouse("mousedown", 0);
    const moved = await move(2 * count, (i) => mouse("mousemove", Math.min(i, 2 * count - i)));
    mouse("mouseup", 0);
    return moved;
  }

  /** Turns the wheel until the drawing is so many times smaller, and back. */
  function zoom(selector, factor, count) {
    const board = document.querySelector(selector);
    const at = centre(board);
    const deltaY = Math.log2(factor) / count / 0.002; // as d3-zoom has it
    return move(2 * count, (i) => {
      const event = { ...EVENT, ...at, deltaY: i < count ? deltaY : -deltaY };
      board.dispatchEvent(new WheelEvent("wheel", event));
    });
  }

  /** Drops a file on the page; when. */
  function drop(selector, text) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "graph.json", { type: "application/json" }));
    const at = performance.now();
    document
      .querySelector(selector)
      .dispatchEvent(new DragEvent("drop", { ...EVENT, dataTransfer }));
    return at;
  }

  /** Moves a slider by a step; the milliseconds until its numbers are painted, all in all and from the answer on. */
  async function slide(selector) {
    const slider = document.querySelector(selector);
    const start = performance.now();
    const before = slider.value;
    slider.stepUp();
    if (slider.value === before) slider.stepDown();
    slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const numbers = await done("numbers", start);
    const inFrame = await answered.inFrame;
    return {
      all: numbers.painted - start,
      answered: numbers.painted - answered.at,
      overSocket: answered.at > start,
      inFrame,
    };
  }

  const texts = (selector) =>
    Array.from(document.querySelectorAll(selector), (text) => text.textContent);

  return { took, laid, painted, done, settled, pan, zoom, drop, slide, texts };
})();
