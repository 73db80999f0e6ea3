/**
 * A giveaway: taking part, who has won, and the draw worked out again on this page.
 *
 * How the server draws: it fixes a seed before anyone enters and tells its SHA-256; a ticket is the SHA-256 of
 * "seed:giveaway:handle", and the lowest tickets win. Seed and everyone's handles are told with the result.
 */

import { bdi, button, fill, h } from "./dom.js";
import { left } from "./countdown.js";
import { count, nameOf, plural } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

const FOR = { followers: "For followers", fans: "For the fan club", everyone: "" };

/** SHA-256 as 64 hexadecimal digits. */
async function sha256(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** As Python sorts text: by code points. Handles are ASCII, so UTF-16 gives the same order. */
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** What does not hold of a drawn giveaway; an empty list when all of it does. */
export async function checkDraw(giveaway, handles) {
  const wrong = [];
  const sorted = [...new Set(handles)].sort(byText);
  if (await sha256(giveaway.seed) !== giveaway.commitment) wrong.push("The seed is not the one that was fixed at the beginning.");
  if (sorted.length !== giveaway.entered || await sha256(sorted.join("\n")) !== giveaway.entry_digest) wrong.push("The list is not the one that was drawn from.");
  const tickets = await Promise.all(sorted.map(async (handle) => [await sha256(`${giveaway.seed}:${giveaway.giveaway_id}:${handle}`), handle]));
  const winners = tickets.sort(([a], [b]) => byText(a, b)).slice(0, giveaway.places).map(([, handle]) => handle);
  if (winners.join() !== giveaway.winners.map(({ handle }) => handle).join()) wrong.push("Seed and list give other winners.");
  return wrong;
}

export class GiveawayCard {
  constructor({ account, me, mine, ask, now, begun }) {
    Object.assign(this, { account, me, mine, ask, now, entered: begun.giveaway_id ?? "" });
    this.title = h("strong.activity-title");
    this.time = h("span.time.figure", { role: "timer" });
    this.note = h("span.quiet.figure");
    this.result = h("div.result", { role: "status" });
    this.part = button("primary.small", "", () => this._enter(), "Take part");
    this.verify = button("link", "", () => this._check(), "Check the draw");
    this.error = errorLine();
    this.element = h("section.activity.card.giveaway", { "aria-label": "Giveaway" },
      h("div.activity-head", {}, icon("ticket"), this.title, this.time), this.result, this.error.element,
      h("div.activity-foot", {}, this.note, this.verify, this.part));
  }

  get id() {
    return this.giveaway?.giveaway_id;
  }

  idOf({ giveaway_id: id }) {
    return id;
  }

  show(giveaway) {
    this.giveaway = giveaway;
    const { prize, places, who, entered, ended, winners } = giveaway;
    const mine = this.entered === giveaway.giveaway_id;
    fill(this.title, bdi(prize));
    const parts = [plural(entered, "person takes part", "people take part"), places > 1 && `${places} winners`, !ended && FOR[who]];
    fill(this.note, parts.filter(Boolean).join(" · "));
    this.part.hidden = ended || this.mine();
    this.part.disabled = mine;
    fill(this.part, mine ? [icon("check"), "You take part"] : "Take part");
    this.verify.hidden = !ended || !entered;
    if (ended) fill(this.result, this._words(winners));
    this.tick();
  }

  _words(winners) {
    if (!winners.length) return "Nobody took part, so nobody wins.";
    const won = winners.some(({ id }) => id === this.me.person?.id);
    return [h("strong", {}, won ? "You have won! " : winners.length > 1 ? "Winners: " : "Winner: "),
      winners.flatMap((person, at) => [at ? ", " : "", bdi(nameOf(person), "gold")])];
  }

  _enter() {
    this.account.need("Sign in to take part.", async () => {
      this.part.disabled = true;
      this.error.clear();
      try {
        await this.ask({ do: "enter_giveaway", giveaway_id: this.giveaway.giveaway_id });
        this.entered = this.giveaway.giveaway_id;
      } catch (problem) {
        this.error.say(problem.message);
      }
      this.show(this.giveaway);
    });
  }

  _check() {
    openSheet("How it was drawn", () => {
      const box = h("div", { "aria-busy": "true" }, h("p.quiet", {}, "Working it out again…"));
      this._work(box);
      return box;
    }, { className: "narrow draw-sheet" });
  }

  async _work(box) {
    const fact = (label, value) => h("div.fact", {}, h("span.caps", {}, label), h("code", {}, value));
    try {
      const { giveaway, handles } = await this.ask({ do: "get_draw", giveaway_id: this.giveaway.giveaway_id });
      // Browsers give pages without TLS no SHA-256, except on the machine's own address.
      const wrong = globalThis.crypto?.subtle ? await checkDraw(giveaway, handles) : null;
      fill(box,
        wrong === null ? h("p.verdict", {}, "This page was not loaded over HTTPS, so the browser cannot check here. With these you can do it anywhere:")
          : wrong.length ? h("p.verdict.bad", {}, icon("error"), h("span", {}, wrong.join(" ")))
            : h("p.verdict.good", {}, icon("check"), h("span", {}, `Worked out again on this page: ${plural(handles.length, "person", "people")}, the same ${plural(giveaway.winners.length, "winner")}.`)),
        h("p.quiet", {}, "The seed was fixed before anyone could take part: its SHA-256 was shown to everyone. Each handle's ticket is the SHA-256 of seed:giveaway:handle; the lowest tickets win."),
        fact("Giveaway", giveaway.giveaway_id), fact("SHA-256 of the seed, told at the beginning", giveaway.commitment), fact("Seed", giveaway.seed),
        h("details", {}, h("summary", {}, `All ${count(handles.length)} who took part`), h("p.handles", {}, handles.join(", "))));
    } catch (problem) {
      const error = errorLine();
      fill(box, error.element);
      error.say(problem.message);
    }
    box.removeAttribute("aria-busy");
  }

  tick() {
    this.time.textContent = this.giveaway.ended ? "" : left(this.giveaway.ends_ms, this.now());
  }
}
