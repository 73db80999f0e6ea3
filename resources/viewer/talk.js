/** What people say: the pinned comment, the feed and the line to write in, with the row of things to do. */

import { bdi, button, fill, h } from "./dom.js";
import { length, nameOf } from "./format.js";
import { icon } from "./icons.js";
import { errorLine } from "./sheet.js";

/** From here on the characters that are left are shown. */
const COUNT_FROM = 0.75;

export class Talk {
  /** `actions`: {gift, question, like, share}, what the buttons do. */
  constructor({ connection, account, feed, roomId, actions }) {
    Object.assign(this, { connection, account, feed, roomId });
    this.pinned = h("div.pinned", { hidden: true });
    this.error = errorLine();
    this.left = h("span.left.figure", { "aria-hidden": "true" });
    this.input = h("input.say", { name: "comment", placeholder: "Say something…", "aria-label": "Comment", autocomplete: "off", dir: "auto", enterkeyhint: "send" });
    this.input.addEventListener("input", () => this._measure());
    const form = h("form.composer", {}, h("div.say-box", {}, this.input, this.left,
      h("button.icon-button.send", { type: "submit", "aria-label": "Send comment", title: "Send comment" }, icon("send"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit();
    });
    this.element = h("section.talk", { "aria-label": "Chat" }, this.pinned, feed.element,
      h("div.talk-foot", {}, this.error.element, h("div.talk-row", {}, form,
        button("act.act-question", "Ask a question", actions.question, icon("question")),
        button("act.act-gift", "Send a gift", actions.gift, icon("gift")),
        button("act.act-like", "Like", actions.like, icon("heart-filled")),
        button("act.act-share", "Share", actions.share, icon("share")))));
  }

  showPinned(pinned) {
    this.pinned.hidden = !pinned;
    if (!pinned) return;
    fill(this.pinned, icon("pin"), h("div.pinned-text", {}, bdi(nameOf(pinned.person), "strong"), " · ", bdi(pinned.text)));
  }

  /** Nothing can be written any more. */
  end() {
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
      const { item_id: id } = await this.connection.request({ do: "comment", room_id: this.roomId, text });
      this.feed.settle(pending, id);
    } catch (problem) {
      this.feed.withdraw(pending);
      // The words come back to where they were written, unless others stand there by now.
      if (!this.input.value) this.input.value = text;
      this._measure();
      this.error.say(problem.message);
    }
  }
}
