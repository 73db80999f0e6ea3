/** A countdown, and the time left of anything else that ends by the clock. */

import { bdi, fill, h } from "./dom.js";
import { duration } from "./format.js";
import { icon } from "./icons.js";

/** Time left until `endsMs`, "" for what the clock does not end. Whole seconds, the last one to its end. */
export function left(endsMs, now) {
  return endsMs ? duration(Math.ceil(Math.max(0, endsMs - now) / 1000) * 1000) : "";
}

export class CountdownCard {
  constructor({ now }) {
    this.now = now;
    this.time = h("strong.time.figure", { role: "timer" });
    this.title = h("span.elide");
    this.element = h("div.activity.countdown", {}, icon("clock"), this.title, this.time);
  }

  get id() {
    return `${this._countdown?.ends_ms}`;
  }

  idOf({ ends_ms: endsMs }) {
    return `${endsMs}`;
  }

  show(countdown) {
    this._countdown = countdown;
    fill(this.title, countdown.title ? bdi(countdown.title) : "Countdown");
    this.element.classList.toggle("over", countdown.ended);
    this.tick();
  }

  tick() {
    const { ended, ends_ms: endsMs } = this._countdown;
    this.time.textContent = ended ? "Time is up" : left(endsMs, this.now());
  }
}
