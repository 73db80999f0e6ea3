/**
 * Gifts over the picture: a chip for each, growing with its streak, and a stage of their own for the large ones.
 * Both are bounded: chips give way to newer ones, and of large gifts that wait the smallest.
 */

import { avatar } from "./account.js";
import { bdi, calm, fill, h, pop } from "./dom.js";
import { count, nameOf, plural } from "./format.js";
import { giftArt } from "./rows.js";

const MOST_CHIPS = 3;
const CHIP_MS = 4_000;
const SETTLED_MS = 2_500;
const BIG_TIER = 4;
const BIG_COINS = 1_000;
const MOMENT_MS = { 4: 3_000, 5: 4_500 };
const MOST_WAITING = 5;
const SPARKS = 18;
/** What a reconnect brings late is told by the feed, not celebrated. */
const STALE_MS = 15_000;

export class Moments {
  constructor({ gift, now }) {
    Object.assign(this, { gift, now });
    this.chips = h("div.chips", { "aria-hidden": "true" });
    this.stage = h("div.moment", { "aria-hidden": "true" });
    this._byStreak = new Map();
    this._waiting = [];
  }

  show(event) {
    if (this.now() - event.at_ms > STALE_MS) return;
    const gift = this.gift(event.gift_id);
    if (event.added > 0 && ((gift?.tier ?? 0) >= BIG_TIER || event.coins_each >= BIG_COINS)) this._queue(event, gift);
    else this._chip(event, gift);
  }

  /** Takes everything down. */
  clear() {
    clearTimeout(this._timer);
    this._waiting = [];
    fill(this.chips);
    fill(this.stage);
  }

  _chip(event, gift) {
    let chip = this._byStreak.get(event.streak_id);
    if (!chip && event.added > 0) {
      const times = h("strong.times.figure");
      const element = h("div.chip", {}, avatar(event.person),
        h("div.chip-text", {}, bdi(nameOf(event.person), "strong elide"), h("span.elide", {}, "sent ", h("b.gold", {}, event.gift_name))),
        giftArt(gift), times);
      chip = { element, times, count: 0 };
      this._byStreak.set(event.streak_id, chip);
      this.chips.append(element);
      if (this.chips.childElementCount > MOST_CHIPS) this.chips.firstElementChild.remove();
    }
    if (!chip) return;
    if (event.count > chip.count) {
      chip.count = event.count;
      chip.times.textContent = `×${count(event.count)}`;
      pop(chip.times);
    }
    clearTimeout(chip.timer);
    chip.timer = setTimeout(() => {
      chip.element.remove();
      this._byStreak.delete(event.streak_id);
    }, event.ended ? SETTLED_MS : CHIP_MS);
  }

  _queue(event, gift) {
    this._waiting.push({ event, gift });
    if (this._waiting.length > MOST_WAITING) {
      const smallest = this._waiting.reduce((least, next) => (next.event.coins < least.event.coins ? next : least));
      this._waiting.splice(this._waiting.indexOf(smallest), 1);
    }
    if (!this._timer) this._next();
  }

  _next() {
    const next = this._waiting.shift();
    fill(this.stage);
    this._timer = undefined;
    if (!next) return;
    const { event, gift } = next;
    const tier = gift?.tier >= 5 || event.coins_each >= 10_000 ? 5 : 4;
    const sparks = calm() ? [] : Array.from({ length: SPARKS }, (_, i) => {
      const spark = h("i.spark");
      const angle = (i / SPARKS) * 2 * Math.PI;
      const far = 90 + (i % 3) * 34;
      spark.style.setProperty("--x", `${Math.cos(angle) * far}px`);
      spark.style.setProperty("--y", `${Math.sin(angle) * far}px`);
      spark.style.setProperty("--late", `${(i % 5) * 60}ms`);
      return spark;
    });
    fill(this.stage, h(`div.moment-inner.tier-${tier}`, {},
      h("div.moment-art", {}, h("div.halo"), sparks, giftArt(gift, "moment-gift")),
      h("div.moment-card", {}, giftArt(gift, "art"),
        h("div.moment-text", {}, h("div.elide", {}, bdi(nameOf(event.person), "strong"), " sent ", h("b.gold", {}, event.gift_name)),
          h("div.quiet", {}, event.added > 1 ? `×${count(event.added)} · ` : "", plural(event.coins, "coin"))))));
    this._timer = setTimeout(() => this._next(), MOMENT_MS[tier]);
  }
}
