/** Questions to the host: those asked so far, and a line to ask another. */

import { avatar } from "./account.js";
import { bdi, fill, h } from "./dom.js";
import { length, nameOf, plural } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

/** Kept for the sheet; the oldest answered ones give way first. */
const MOST_QUESTIONS = 100;

export class Questions {
  constructor({ connection, account, notices, roomId }) {
    Object.assign(this, { connection, account, notices, roomId });
    this._asked = new Map();
    this.list = h("div.question-list");
    this._draw();
  }

  take(event) {
    if (event.kind === "question") this._asked.set(event.question_id, { ...event, answered: false });
    else if (this._asked.has(event.question_id)) this._asked.get(event.question_id).answered = true;
    if (this._asked.size > MOST_QUESTIONS) {
      const oldest = [...this._asked.values()].find(({ answered }) => answered) ?? [...this._asked.values()][0];
      this._asked.delete(oldest.question_id);
    }
    this._draw();
  }

  open() {
    const most = this.connection.welcome?.limits.question_max ?? 150;
    const error = errorLine();
    const input = h("textarea", { name: "question", rows: "3", "aria-label": "Your question", placeholder: "Ask the host…", dir: "auto", autofocus: true });
    const submit = h("button.primary.wide.violet", { type: "submit" }, "Ask");
    const form = h("form", {}, input, error.element, submit);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim().replace(/\s+/gu, " ");
      if (!text) error.say("Write your question first.");
      else if (length(text) > most) error.say(`A question has at most ${most} characters. This one is ${length(text) - most} too long.`);
      else this.account.need("Sign in to ask a question.", () => this._ask(text, { error, submit, input }));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.sheet = openSheet("Questions", () => [form, this.list], { className: "narrow" });
  }

  async _ask(text, { error, submit, input }) {
    submit.disabled = true;
    error.clear();
    try {
      await this.connection.request({ do: "ask_question", room_id: this.roomId, text });
      input.value = "";
      this.sheet.close();
      this.notices.toast("The host has your question.", { kind: "question", symbol: "question" });
    } catch (problem) {
      if (error.element.isConnected) error.say(problem.message);
      else this.notices.toast(`Your question was not sent. ${problem.message}`, { kind: "bad", symbol: "warning" });
    } finally {
      submit.disabled = false;
    }
  }

  _draw() {
    const all = [...this._asked.values()].reverse();
    const open = all.filter(({ answered }) => !answered).length;
    fill(this.list, h("h3.caps", {}, all.length ? `${plural(open, "question")} waiting` : "No questions yet"),
      all.map(({ person, text, answered }) => h(answered ? "div.row.comment.done" : "div.row.comment", {}, avatar(person),
        h("div.body", {}, h("div.name", {}, bdi(nameOf(person)), answered && h("span.answered", {}, icon("check"), "Answered")),
          h("div.text", { dir: "auto" }, text)))));
  }
}
