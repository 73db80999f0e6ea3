/**
 * What runs beside the talk: a card each for the countdown, the poll, the giveaway and the treasure boxes.
 *
 * A card stays the same element while its thing runs, so that neither focus nor pointer loses it; what has ended
 * goes by itself after a while.
 */

import { h } from "./dom.js";
import { BoxCard } from "./boxes.js";
import { CountdownCard } from "./countdown.js";
import { GiveawayCard } from "./giveaway.js";
import { PollCard } from "./poll.js";

const TICK_MS = 250;
/** How long a result is shown. */
const RESULT_MS = 45_000;

export class Activities {
  /** `mine()`: whether this person is the room's host; `me`: who is signed in. */
  constructor({ connection, account, me, roomId, mine }) {
    Object.assign(this, { connection, account, me, roomId, mine });
    this.element = h("div.activities", { role: "region", "aria-label": "Polls, giveaways and boxes" });
    this._cards = new Map();
    this._ended = new Map();
  }

  /** The server's word at entering and after a gap: what runs, and what this person has done in it. */
  load({ poll, countdown, giveaway, boxes = [] } = {}, mine = {}) {
    this._mine = { poll_choice: -1, giveaway_id: "", box_ids: [], ...mine };
    if (countdown) this._put("countdown", countdown, false);
    else this._drop("countdown");
    if (poll) this._put("poll", poll, false);
    if (giveaway) this._put("giveaway", giveaway, false);
    for (const box of boxes) this._put(box.box_id, box, false);
  }

  take(event) {
    switch (event.kind) {
      case "poll": this._put("poll", event.poll, true); break;
      case "giveaway": this._put("giveaway", event.giveaway, true); break;
      case "treasure_box": this._put(event.box.box_id, event.box, true); break;
      case "countdown":
        if (event.countdown) this._put("countdown", event.countdown, true);
        else this._drop("countdown");
        break;
      default:
    }
  }

  start() {
    this._ticking = setInterval(() => this._tick(), TICK_MS);
  }

  stop() {
    clearInterval(this._ticking);
    for (const key of [...this._cards.keys()]) this._drop(key);
  }

  /** `live`: it happens now; a result of before this person came is not shown. */
  _put(key, thing, live) {
    const over = thing.ended || (thing.state ?? "filling") !== "filling";
    const card = this._cards.get(key);
    if (over && !live && !card) return;
    if (card && card.id === card.idOf(thing)) card.show(thing);
    else this._add(key, thing);
    if (over && !this._ended.has(key)) this._ended.set(key, performance.now());
    if (!over) this._ended.delete(key);
    this._tick();
  }

  _add(key, thing) {
    this._drop(key);
    const Kind = { countdown: CountdownCard, poll: PollCard, giveaway: GiveawayCard }[key] ?? BoxCard;
    const { account, me, mine } = this;
    const ask = (command) => this.connection.request({ ...command, room_id: this.roomId });
    const card = new Kind({ account, me, mine, ask, begun: this._mine ?? {}, now: () => this.connection.clock.now() });
    card.show(thing);
    this._cards.set(key, card);
    this.element.append(card.element);
  }

  _drop(key) {
    this._cards.get(key)?.element.remove();
    this._cards.delete(key);
    this._ended.delete(key);
  }

  _tick() {
    for (const [key, since] of [...this._ended]) {
      const card = this._cards.get(key);
      const busy = card?.element.matches(":focus-within, :hover");
      if (!busy && performance.now() - since > RESULT_MS) this._drop(key);
    }
    for (const card of this._cards.values()) card.tick?.();
  }
}
