/** Likes: every tap on the picture a heart; they travel in batches and the total is the server's. */

import { calm, h } from "./dom.js";
import { icon } from "./icons.js";
import { Refused } from "./connection.js";

const FLUSH_MS = 400;
/** Taps that wait for the server; beyond it a tap still shows its heart but counts no more. */
const MOST_WAITING = 150;
const MOST_HEARTS = 30;
const HEART_MS = 1_400;
const TOO_FAST = 103;

export class Likes {
  constructor({ connection, me, account, notices, roomId }) {
    Object.assign(this, { connection, me, account, notices, roomId });
    this.hearts = h("div.hearts", { "aria-hidden": "true" });
    this._waiting = 0;
  }

  /** A tap at a place of the picture (in px), or anywhere by keyboard. */
  tap(x, y) {
    this._heart(x, y);
    if (!this.me.account) {
      if (!this._told) {
        this._told = true;
        this.notices.toast("Sign in, and your likes count.", { symbol: "heart", action: { label: "Sign in", run: () => this.account.openSignIn() } });
      }
      return;
    }
    this._waiting = Math.min(MOST_WAITING, this._waiting + 1);
    this._timer ??= setTimeout(() => this._flush(), FLUSH_MS);
  }

  stop() {
    clearTimeout(this._timer);
    this._stopped = true;
  }

  async _flush() {
    const most = this.connection.welcome?.limits.likes_per_event ?? 15;
    const count = Math.min(most, this._waiting);
    this._waiting -= count;
    let rest = FLUSH_MS;
    try {
      await this.connection.request({ do: "like", room_id: this.roomId, count });
    } catch (error) {
      if (error instanceof Refused && error.code === TOO_FAST) {
        this._waiting = Math.min(MOST_WAITING, this._waiting + count);
        rest = error.retryAfterMs || 1_000;
      } else {
        this._waiting = 0;
        this.notices.toast(`Your likes did not arrive. ${error.message}`, { kind: "bad", symbol: "warning" });
      }
    }
    this._timer = this._waiting && !this._stopped ? setTimeout(() => this._flush(), rest) : undefined;
  }

  _heart(x, y) {
    if (this.hearts.childElementCount >= MOST_HEARTS) return;
    const heart = h("span.heart", { "data-hue": Math.floor(Math.random() * 4) }, icon("heart-filled"));
    const box = this.hearts.getBoundingClientRect();
    heart.style.left = `${x ?? box.width - 46}px`;
    heart.style.top = `${y ?? box.height - 90}px`;
    heart.style.setProperty("--drift", `${Math.round(Math.random() * 60 - 30)}px`);
    heart.style.setProperty("--tilt", `${Math.round(Math.random() * 40 - 20)}deg`);
    this.hearts.append(heart);
    setTimeout(() => heart.remove(), calm() ? 500 : HEART_MS);
  }
}
