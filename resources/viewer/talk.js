/** What people say: the pinned comment, the feed and the line to write in, with the row of things to do. */

import { bdi, button, fill, h } from "./dom.js";
import { length, nameOf, span } from "./format.js";
import { icon } from "./icons.js";
import { errorLine } from "./sheet.js";

/** From here on the characters that are left are shown. */
const COUNT_FROM = 0.75;
const FOLLOWERS_ONLY = 311;

export class Talk {
  /**
   * `actions`: {gift, question, like, share, follow}, what the buttons do; `stranger`: called when the server
   * says that this person does not follow.
   */
  constructor({ connection, account, feed, answering, activities, held, roomId, actions }) {
    Object.assign(this, { connection, account, feed, roomId, stranger: actions.stranger });
    this.pinned = h("div.pinned", { hidden: true });
    this.error = errorLine();
    // A live region must stand in the page before its words do, or screen readers miss them.
    this.why = h("span", { role: "status" });
    this.follow = button("link", "Follow to comment", () => {
      this._followed = true;
      actions.follow();
    }, "Follow");
    this.closed = h("div.closed", {}, this.why, this.follow);
    this.left = h("span.left.figure", { "aria-hidden": "true" });
    this.input = h("input.say", { name: "comment", placeholder: "Say something…", "aria-label": "Comment", autocomplete: "off", dir: "auto", enterkeyhint: "send" });
    this.input.addEventListener("input", () => this._measure());
    this.send = h("button.icon-button.send", { type: "submit", "aria-label": "Send comment", title: "Send comment" }, icon("send"));
    this.ask = button("act.act-question", "Ask a question", actions.question, icon("question"));
    const form = h("form.composer", {}, h("div.say-box", {}, this.input, this.left, this.send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit();
    });
    this.element = h("section.talk", { "aria-label": "Chat" }, answering, activities, this.pinned, feed.element,
      h("div.talk-foot", {}, this.error.element, this.closed, h("div.talk-row", {}, form,
        held, this.ask,
        button("act.act-gift", "Send a gift", actions.gift, icon("gift")),
        button("act.act-like", "Like", actions.like, icon("heart-filled")),
        button("act.act-share", "Share", actions.share, icon("share")))));
  }

  showPinned(pinned) {
    this.pinned.hidden = !pinned;
    if (!pinned) return;
    fill(this.pinned, icon("pin"), h("div.pinned-text", {}, bdi(nameOf(pinned.person), "strong"), " · ", bdi(pinned.text)));
  }

  /** Opens or closes the line to write in: `access` is the room's, `following` and `mine` this person's. */
  allow({ who, follow_age_s: age = 0 }, { following, mine }) {
    if (this.ended) return;
    const barred = !mine && (who === "nobody" || (who === "followers" && !following));
    const whom = age ? `people who have followed for ${span(age)}` : "followers";
    const reason = who === "nobody" ? "Nobody can comment now." : `Only ${whom} can comment now. Follow to join in.`;
    const opened = this.barred && !barred;
    this.barred = barred;
    if (this.why.textContent !== (barred ? reason : "")) fill(this.why, barred && [icon("lock"), h("span.words", {}, reason)]);
    this.follow.hidden = !barred || who === "nobody";
    this.closed.classList.toggle("shown", barred);
    for (const control of [this.input, this.send]) control.disabled = barred;
    // The queue stays open to everyone: whoever cannot ask can vote.
    this.whyNotAsk = barred ? reason.replace("comment", "ask") : "";
    for (const name of ["aria-label", "title"]) this.ask.setAttribute(name, barred ? "Questions" : "Ask a question");
    this.input.placeholder = !barred ? "Say something…" : who === "nobody" ? "Comments are closed" : "For followers";
    if (barred) this.error.clear();
    // Whoever pressed Follow here wants to write: the line is theirs at once.
    if (opened && this._followed) this._focus();
    if (!barred) this._followed = false;
  }

  /** A sheet that is just leaving gives the focus back to where it was, so the line comes after it. */
  _focus() {
    const sheet = document.querySelector("dialog[open]");
    if (sheet) sheet.addEventListener("close", () => this.input.focus(), { once: true });
    else this.input.focus();
  }

  /** Nothing can be written any more. */
  end() {
    this.ended = true;
    this.closed.classList.remove("shown");
    fill(this.why);
    for (const control of this.element.querySelectorAll(".talk-foot button, .talk-foot input")) control.disabled = true;
    this.error.clear();
    this.input.value = "";
    this._measure();
    this.input.placeholder = "The LIVE has ended";
  }

  get _most() {
    return this.connection.welcome?.limits.comment_max ?? 150;
  }

  _measure() {
    const left = this._most - length(this.input.value);
    this.left.textContent = left < this._most * (1 - COUNT_FROM) ? String(left) : "";
    this.left.classList.toggle("over", left < 0);
    if (left >= 0) this.error.clear();
  }

  _submit() {
    const text = this.input.value.trim().replace(/\s+/gu, " ");
    if (!text) return;
    const over = length(text) - this._most;
    if (over > 0) {
      this.error.say(`A comment has at most ${this._most} characters. This one is ${over} too long.`);
      return;
    }
    this.account.need("Sign in to comment.", () => this._send(text));
  }

  async _send(text) {
    this.error.clear();
    this.input.value = "";
    this._measure();
    const pending = this.feed.expect(text);
    try {
      const { item_id: id, fate = "shown" } = await this.connection.request({ do: "comment", room_id: this.roomId, text });
      if (fate === "shown") this.feed.settle(pending, id);
      else this.feed.keep(pending, fate === "held", id);
    } catch (problem) {
      this.feed.withdraw(pending);
      // The words come back to where they were written, unless others stand there by now.
      if (!this.input.value) this.input.value = text;
      this._measure();
      this.error.say(problem.message);
      if (problem.code === FOLLOWERS_ONLY && !problem.retryAfterMs) this.stranger();
    }
  }
}
