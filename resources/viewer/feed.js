/**
 * The feed: what is said and given, newest below. Takes events in bursts and draws once a frame; at most
 * MOST_ROWS rows stand in the document. It follows the newest row until its reader scrolls up.
 */

import { button, fill, h } from "./dom.js";
import { count } from "./format.js";
import { icon } from "./icons.js";
import { FoldedRow, commentRow, giftRow, hideRow, questionRow, remark } from "./rows.js";

const MOST_ROWS = 150;
/** While somebody reads further up rows are not pulled from under them, up to here. */
const MOST_ROWS_READING = 300;
/** Events that wait to be drawn (a hidden page draws nothing): the oldest give way. */
const MOST_WAITING = 400;
const AT_BOTTOM_PX = 48;
/** A fold is continued while it is among this many last rows. */
const FOLD_REACH = 4;
const commentOf = (row, person) => row.classList.contains("comment") && row.dataset.person === person.id;
const FOLDED = new Set(["join", "follow", "share", "like"]);

export class Feed {
  /** `gift(id)`: the catalogue's gift or undefined. `room()`: the room as it is now. `me`: who is signed in.
   *  `badges(person)`: what stands beside their name. */
  constructor({ gift, room, me, badges }) {
    Object.assign(this, { gift, room, me, badges });
    this.list = h("div.rows", { role: "log", "aria-label": "Comments and gifts", "aria-live": "polite", tabindex: "0" });
    this.more = button("pill.more", "", () => this.toBottom(), icon("chevron-down"), h("span"));
    this.more.hidden = true;
    this.element = h("div.feed", {}, this.list, this.more);
    this.list.addEventListener("scroll", () => this._scrolled(), { passive: true });
    new ResizeObserver(() => this._following && this.toBottom()).observe(this.list);
    this._following = true;
    this._unseen = 0;
    this._waiting = [];
    this._pending = [];
    this._streaks = new Map();
    this._folds = [];
  }

  push(events) {
    this._waiting.push(...events);
    if (this._waiting.length > MOST_WAITING) this._waiting.splice(0, this._waiting.length - MOST_WAITING);
    this._frame ??= requestAnimationFrame(() => this._draw());
  }

  /** Shows a comment before the server has it; the answer settles it with `settle` or `withdraw`. */
  expect(text) {
    const row = commentRow({ person: this.me.person, text }, { mine: true, pending: true });
    const pending = { row, text };
    this._pending.push(pending);
    this._add([row]);
    this.toBottom();
    return pending;
  }

  settle(pending, commentId) {
    if (!this._pending.includes(pending)) return; // its event was faster
    this._forget(pending);
    if (this._find("comment", commentId)) return void pending.row.remove();
    pending.row.dataset.comment = commentId;
    pending.row.classList.remove("pending", "kept");
    remark(pending.row);
  }

  /** The host's rules keep it from the others: for now (`held`; when it is let in its event settles it) or for good. */
  keep(pending, held, id) {
    pending.held = held && id;
    pending.row.classList.replace("pending", "kept");
    remark(pending.row, held ? "Waiting for the host to let it in" : "Only you see this: the host\u2019s rules stopped it");
    if (!held) this._forget(pending);
  }

  /** The host did not let in what was held under that id. */
  deny(id) {
    const pending = this._pending.find(({ held }) => held === id);
    if (!pending) return;
    this._forget(pending);
    remark(pending.row, "The host did not let it in: only you see this");
  }

  /** From now on others' comments have a button that calls `act(row)`; null: no longer. */
  offerActions(act) {
    this._act = act;
    for (const row of this.list.children) this._withActions(row);
  }

  _withActions(row) {
    row.querySelector(".row-more")?.remove();
    const theirs = row.dataset.comment && row.dataset.person !== this.me.person?.id && row.dataset.person !== this.room().host.id;
    if (this._act && theirs) row.append(button("icon-button.row-more", "Moderate", () => this._act(row), icon("more")));
    return row;
  }

  withdraw(pending) {
    this._forget(pending);
    pending.row.remove();
  }

  toBottom() {
    this.list.scrollTop = this.list.scrollHeight;
    this._following = true;
    this._seen();
  }

  _forget(pending) {
    this._pending = this._pending.filter((other) => other !== pending);
  }

  _find(key, value) {
    return this.list.querySelector(`[data-${key}="${CSS.escape(value)}"]`);
  }

  _draw() {
    this._frame = undefined;
    const rows = [];
    for (const event of this._waiting.splice(0)) {
      const row = this._row(event, rows);
      if (row) rows.push(row);
    }
    this._add(rows);
  }

  /** The new row an event needs, or null when it changes one that is there. `rows`: made in this frame so far. */
  _row(event, rows) {
    if (FOLDED.has(event.kind)) return this._fold(event);
    switch (event.kind) {
      case "comment": return this._comment(event);
      case "gift": return this._gift(event);
      case "question": return questionRow(event);
      case "question_answered": return this._mark(event.question_id, "answered", rows);
      case "question_moved": return this._mark(event.question.question_id, event.question.state, rows);
      case "comment_removed": return this._hide(rows, (row) => row.dataset.comment === event.comment_id, "removed", true);
      case "comment_restored": return this._restore(event, rows);
      case "mute": return this._hide(rows, (row) => commentOf(row, event.person), "muted", true);
      case "unmute": return this._hide(rows, (row) => commentOf(row, event.person), "muted", false);
      default: return null; // nothing to read: counted or drawn elsewhere, or of a later version
    }
  }

  _comment(event) {
    if (this._find("comment", event.comment_id)) return null;
    const mine = event.person.id === this.me.person?.id;
    if (mine) {
      const pending = this._pending.find(({ text }) => text === event.text);
      if (pending) {
        this.settle(pending, event.comment_id);
        return null;
      }
    }
    return this._withActions(commentRow(event, { mine, host: event.person.id === this.room().host.id, badges: this.badges(event.person) }));
  }

  _gift(event) {
    const known = this._streaks.get(event.streak_id);
    if (known) {
      known.update(event);
      return null;
    }
    if (event.ended && event.added === 0) return null; // the end of a streak whose row is long gone
    const made = giftRow(event, this.gift(event.gift_id));
    if (event.streak_id) this._streaks.set(event.streak_id, made);
    return made.element;
  }

  _fold(event) {
    const open = this._folds.find((fold) => fold.kind === event.kind);
    if (open) return void open.add(event);
    const fold = new FoldedRow(event.kind);
    fold.add(event);
    this._folds.push(fold);
    return fold.element;
  }

  /** What has become of a question; a dismissed one is gone. */
  _mark(id, state, rows) {
    const place = rows.findIndex((made) => made.dataset.question === id);
    const row = rows[place] ?? this._find("question", id);
    if (!row) return null;
    if (state === "dismissed") {
      row.remove();
      if (place >= 0) rows.splice(place, 1);
    }
    fill(row.querySelector(".side"), state === "answered" && h("span.answered", {}, icon("check"), "Answered"),
      state === "answering" && h("span.being", {}, "Answering now"));
    return null;
  }

  _hide(rows, which, reason, hidden) {
    for (const row of [...this.list.children, ...rows]) if (which(row)) hideRow(row, reason, hidden);
    return null;
  }

  /** A comment that was taken out is back: in its row, or, for who came in between, where it was said. */
  _restore(event, rows) {
    const row = rows.find((made) => made.dataset.comment === event.comment_id) ?? this._find("comment", event.comment_id);
    if (row) {
      hideRow(row, "removed", false);
      return null;
    }
    const later = [...this.list.children].find((other) => Number(other.dataset.seq || 0) > event.said_seq);
    const first = this.list.querySelector("[data-seq]:not([data-seq=''])");
    if (!first || later === first) return null; // from before what is shown here
    const made = commentRow({ ...event, seq: event.said_seq }, { host: event.person.id === this.room().host.id });
    this.list.insertBefore(this._withActions(made), later ?? null);
    return null;
  }

  _add(rows) {
    if (!rows.length) return void (this._following && this.toBottom());
    this.list.append(...rows);
    const excess = this.list.childElementCount - (this._following ? MOST_ROWS : MOST_ROWS_READING);
    for (let i = 0; i < excess; i += 1) {
      const gone = this.list.firstElementChild;
      if (gone.dataset.streak) this._streaks.delete(gone.dataset.streak);
      gone.remove();
    }
    const tail = [...this.list.children].slice(-FOLD_REACH);
    this._folds = this._folds.filter((fold) => tail.includes(fold.element));
    if (this._following) return void this.toBottom();
    this._unseen += rows.length;
    fill(this.more.lastElementChild, `${count(this._unseen)} new`);
    this.more.hidden = false;
  }

  _scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    this._following = scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX;
    if (this._following) this._seen();
  }

  _seen() {
    this._unseen = 0;
    this.more.hidden = true;
  }
}
