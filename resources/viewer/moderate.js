/**
 * What a host has let this person do about comments and people: actions on a row, and the comments that wait.
 * The server decides; what is not granted is not offered.
 */

import { bdi, button, fill, h } from "./dom.js";
import { nameOf, span } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

const REASON_MAX = 100;

export class Moderate {
  /** `feed`: whose rows get the actions. `button`: shows how many wait, for the row of things to do. */
  constructor({ connection, notices, feed, roomId }) {
    Object.assign(this, { connection, notices, feed, roomId });
    this._can = new Set();
    this._held = new Map();
    this._count = h("span.badge.figure");
    this.button = button("act.act-held", "Comments that wait", () => this._openHeld(), icon("shield"), this._count);
    this.button.hidden = true;
    this._list = h("ul.held-list");
  }

  /** The server's word on what this person may do here now. */
  async allow(permissions) {
    this._can = new Set(permissions);
    const onRows = ["pin", "remove", "mute", "block"].some((one) => this._can.has(one));
    this.feed.offerActions(onRows ? (row) => this._openRow(row) : null);
    this.button.hidden = !this._can.has("decide");
    this._held.clear();
    if (this._can.has("decide")) await this._load();
    this._show();
  }

  /** An entry of the host's log: something waits, was decided, or waits again. */
  take(entry) {
    if (entry.action === "held") this._held.set(entry.no, entry);
    else if (entry.action === "allowed" || entry.action === "denied") this._held.delete(entry.answers);
    else if (entry.action === "undone") this._load().catch(() => {});
    this._show();
  }

  /** The LIVE is over. */
  end() {
    this.button.hidden = true;
    this.feed.offerActions(null);
  }

  async _load() {
    try {
      const { held } = await this.connection.request({ do: "get_moderation", room_id: this.roomId });
      this._held = new Map(held.map((entry) => [entry.no, entry]));
    } catch (error) {
      console.info("What waits is not known:", error.message);
    }
    this._show();
  }

  _openRow(row) {
    const { comment, person } = row.dataset;
    const error = errorLine();
    const reason = h("input", { name: "reason", maxlength: String(REASON_MAX), placeholder: "Reason (optional)", "aria-label": "Reason, for the host's log", autocomplete: "off", dir: "auto" });
    const act = async ({ because, ...command }) => {
      error.clear();
      try {
        await this.connection.request({ room_id: this.roomId, ...command, ...(because ? { reason: reason.value.trim() } : {}) });
        sheet.close();
      } catch (problem) {
        error.say(problem.message);
      }
    };
    const offer = (permission, words, symbol, command, autofocus = false) => this._can.has(permission)
      && h("button.control.wide", { type: "button", autofocus, onclick: () => act(command) }, icon(symbol), words);
    const mutes = this.connection.welcome.limits.mute_seconds.map((seconds) => offer("mute",
      seconds ? `Mute for ${span(seconds)}` : "Mute for this LIVE", "mute", { do: "mute_person", person_id: person, seconds, because: true }));
    const sheet = openSheet("Moderate", () => [
      h("p.quoted", {}, h("span.strong", {}, row.querySelector(".name bdi").cloneNode(true)), h("span", { dir: "auto" }, row.querySelector(".text").textContent)),
      h("label.field", {}, reason),
      error.element,
      h("div.offers", {},
        offer("pin", "Pin", "pin", { do: "pin_comment", comment_id: comment }),
        offer("remove", "Remove", "close", { do: "remove_comment", comment_id: comment, because: true }),
        mutes,
        offer("block", "Block", "lock", { do: "block_person", person_id: person, because: true })),
    ], { className: "narrow" });
  }

  _openHeld() {
    openSheet("Comments that wait", () => [h("p.quiet", {}, "Nobody sees them until they are allowed."), this._list], { className: "narrow" });
    this._show();
  }

  async _decide(no, allow, error) {
    error.clear();
    try {
      await this.connection.request({ do: "decide_held", room_id: this.roomId, no, allow });
    } catch (problem) {
      error.say(problem.message);
    }
  }

  _show() {
    fill(this._count, this._held.size ? String(this._held.size) : "");
    this.button.setAttribute("aria-label", this._held.size ? `Comments that wait, ${this._held.size}` : "Comments that wait");
    if (!this._list.isConnected) return;
    if (!this._held.size) return void fill(this._list, h("li.quiet", {}, "Nothing waits."));
    const known = new Map([...this._list.children].map((row) => [row.dataset.held, row]));
    fill(this._list, [...this._held.values()].sort((a, b) => a.no - b.no).map((entry) => known.get(String(entry.no)) ?? this._heldRow(entry)));
  }

  _heldRow(entry) {
    const error = errorLine();
    const decide = (words, allow, symbol) => button("control", `${words}: ${entry.text}`, () => this._decide(entry.no, allow, error), icon(symbol), words);
    return h("li.held", { data: { held: String(entry.no) } },
      h("div.strong", {}, bdi(nameOf(entry.person))), h("div.words", { dir: "auto" }, entry.text), h("div.quiet", { dir: "auto" }, entry.reason ?? ""),
      error.element, h("div.held-actions", {}, decide("Deny", false, "close"), decide("Allow", true, "check")));
  }
}
