/** Treasure boxes: one that fills and opens, and the sheet to put coins into another. */

import { bdi, button, fill, h } from "./dom.js";
import { left } from "./countdown.js";
import { count, nameOf, plural, span } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

const COINS = [100, 500, 1_000, 5_000];
const PLACES = [5, 10, 25, 50];

export class BoxCard {
  constructor({ account, me, mine, ask, now, begun }) {
    Object.assign(this, { account, me, mine, ask, now, joined: begun.box_ids ?? [] });
    this.title = h("strong.activity-title");
    this.time = h("span.time.figure", { role: "timer" });
    this.note = h("span.quiet.figure");
    this.result = h("div.result", { role: "status" });
    this.join = button("primary.small.golden", "", () => this._join(), "Join");
    this.error = errorLine();
    this.element = h("section.activity.card.box", { "aria-label": "Treasure box" },
      h("div.activity-head", {}, icon("treasure"), this.title, this.time), this.result, this.error.element,
      h("div.activity-foot", {}, this.note, this.join));
  }

  get id() {
    return this.box?.box_id;
  }

  idOf({ box_id: id }) {
    return id;
  }

  show(box) {
    this.box = box;
    const filling = box.state === "filling";
    const mine = this.joined.includes(box.box_id);
    const own = box.by.id === this.me.person?.id || this.mine();
    fill(this.title, plural(box.coins, "coin"), " from ", bdi(nameOf(box.by)));
    fill(this.note, filling ? `${count(box.joined)} of ${plural(box.places, "place")} taken` : "");
    this.join.hidden = !filling || own;
    this.join.disabled = mine || box.joined >= box.places;
    fill(this.join, mine ? [icon("check"), "You are in"] : box.joined >= box.places ? "Full" : "Join");
    if (!filling) fill(this.result, this._words(box));
    this.tick();
  }

  _words({ state, shares = [], by }) {
    if (state === "returned") return ["Nobody came: the coins went back to ", bdi(nameOf(by)), "."];
    const got = shares.find(({ person }) => person.id === this.me.person?.id);
    const all = plural(shares.length, "person", "people");
    return got ? [h("strong.gold", {}, `You got ${plural(got.coins, "coin")}. `), `${all} shared the box.`] : `${all} shared the box.`;
  }

  _join() {
    this.account.need("Sign in to get a share.", async () => {
      this.join.disabled = true;
      this.error.clear();
      try {
        await this.ask({ do: "join_box", box_id: this.box.box_id });
        this.joined = [...this.joined, this.box.box_id];
      } catch (problem) {
        this.error.say(problem.message);
      }
      this.show(this.box);
    });
  }

  tick() {
    const filling = this.box.state === "filling";
    this.time.textContent = filling ? left(this.box.opens_ms, this.now()) : "";
    this.time.setAttribute("aria-label", filling ? "Opens in" : "");
  }
}

/** The sheet to fill a box. `shop.open(reason)` when the coins do not reach. */
export function openBoxSheet({ connection, me, shop, notices, roomId }) {
  const error = errorLine();
  const times = connection.welcome?.limits.box_seconds ?? [60];
  const chosen = { coins: COINS[0], places: PLACES[1], seconds: times[Math.min(1, times.length - 1)] };
  const group = (label, name, values, words) => {
    const row = h("div.choices", { role: "radiogroup", "aria-label": label });
    const draw = () => fill(row, values.map((value) => h("button.choice", { type: "button", role: "radio", "aria-checked": String(chosen[name] === value),
      onclick: () => { chosen[name] = value; draw(); row.querySelector("[aria-checked=true]").focus(); } }, words(value))));
    draw();
    return h("div.field", {}, h("span.field-label", {}, label), row);
  };
  const submit = button("primary.wide.golden", "", async () => {
    error.clear();
    submit.disabled = true;
    try {
      const { coins } = await connection.request({ do: "fund_box", room_id: roomId, ...chosen });
      me.balance(coins);
      notices.toast("Your box is filling. It opens by itself.", { kind: "good", symbol: "check" });
      sheet.close();
    } catch (problem) {
      if (problem.code === 401) error.say(problem.message, button("link", "", () => shop.open(problem.message), "Get coins"));
      else error.say(problem.message);
    }
    submit.disabled = false;
  }, "Put the coins in");
  const sheet = openSheet("Treasure box", () => [
    h("p.quiet", {}, "Your coins are shared among those who join before it opens, to the last coin. If nobody comes, you get them back."),
    group("Coins", "coins", COINS, count), group("For how many people", "places", PLACES, count), group("Opens after", "seconds", times, span),
    error.element, submit,
  ], { className: "narrow" });
}
