/** One row of the feed for each kind of event: built once, then only its figures change. */

import { avatar } from "./account.js";
import { bdi, fill, h, pop } from "./dom.js";
import { count, nameOf, plural } from "./format.js";
import { icon } from "./icons.js";

/** A gift's drawing; of a gift nobody knows here, a parcel. */
export function giftArt(gift, className = "art") {
  if (!gift?.art) return icon("gift", `icon ${className}`);
  return h("img", { class: className, src: `/gifts/${encodeURIComponent(gift.art)}`, alt: "", draggable: "false" });
}

function line(person, nameClass, ...badges) {
  return h("div.name", {}, bdi(nameOf(person), nameClass), badges);
}

/** `seq`: its place among what was said; none while the server does not have it. */
export function commentRow({ person, text, comment_id: id = "", seq = "" }, { host = false, mine = false, pending = false, badges = [] } = {}) {
  const row = h("div.row.comment", { data: { comment: id, person: person.id, seq: String(seq) } }, avatar(person),
    h("div.body", {},
      line(person, host ? "host" : "", host && h("span.tag.host", {}, "Host"), mine && !host && h("span.tag", {}, "You"), badges),
      h("div.text", { dir: "auto" }, text)));
  if (pending) row.classList.add("pending");
  return row;
}

/** Hides what a row says, for one reason or another; it is seen again when the last of them is gone. */
export function hideRow(row, reason, hidden) {
  row.reasons ??= new Set();
  if (hidden) row.reasons.add(reason);
  else row.reasons.delete(reason);
  const gone = row.reasons.size > 0;
  if (gone === row.classList.contains("hidden-row")) return;
  const text = row.querySelector(".text");
  if (gone) row.said = [...text.childNodes];
  fill(text, ...(gone ? ["Hidden by the host"] : row.said));
  row.classList.toggle("hidden-row", gone);
}

/** A word to its writer about a comment that the others do not see (yet). */
export function remark(row, words) {
  row.querySelector(".remark")?.remove();
  if (words) row.querySelector(".body").append(h("div.remark.quiet", { role: "status" }, words));
}

export function questionRow({ person, text, question_id: id }) {
  return h("div.row.card.question", { data: { question: id, person: person.id } }, avatar(person),
    h("div.body", {}, h("div.name", {}, bdi(nameOf(person)), "asks"), h("div.text", { dir: "auto" }, text)),
    h("div.side"));
}

/** A gift's row grows with its streak: `update` takes every later message of it, in any order. */
export function giftRow(event, gift) {
  const times = h("strong.times.figure");
  const coins = h("small.figure");
  const status = h("span.quiet");
  const element = h("div.row.card.gift", { data: { person: event.person.id, streak: event.streak_id } }, avatar(event.person),
    h("div.body", {}, line(event.person, "gold"),
      h("div.text.gift-line", {}, giftArt(gift), h("span.gift-name", { dir: "auto" }, event.gift_name), status)),
    h("div.side", {}, times, coins));
  let highest = 0;
  const update = ({ count: reached, coins_each: each, ended }) => {
    if (highest && reached > highest) pop(times);
    highest = Math.max(highest, reached);
    times.textContent = `×${count(highest)}`;
    coins.textContent = plural(highest * each, "coin");
    if (ended) element.classList.add("settled");
    fill(status, ended || element.classList.contains("settled") ? "" : "streak running…");
  };
  if (event.coins_each >= 1000) element.classList.add("big");
  update(event);
  return { element, update };
}

/** Folds what happens often and says little ("ana and 3 others joined") into one row. */
export class FoldedRow {
  constructor(kind) {
    this.kind = kind;
    this.people = new Map();
    this.total = 0;
    this.text = h("span");
    this.element = h(`div.row.note.${kind}`, {}, icon({ join: "user", follow: "plus", share: "share", like: "heart-filled" }[kind]), this.text);
  }

  add({ person, count: times = 1 }) {
    this.people.set(person.id || person.handle, person);
    this.total += times;
    const people = [...this.people.values()];
    const [last] = people.slice(-1);
    const others = people.length - 1;
    const did = { join: "joined", follow: "followed", share: "shared this LIVE" }[this.kind];
    const likes = `${plural(this.total, "like")} from `;
    // The parts are apart by the gap between elements; words alone are one part.
    if (this.kind === "like") fill(this.text, ...(others ? [likes + plural(people.length, "person", "people")] : [likes, bdi(nameOf(last))]));
    else fill(this.text, bdi(nameOf(last)), others ? `and ${plural(others, "other")} ${did}` : did);
  }
}
