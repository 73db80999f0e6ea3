/**
 * Questions to the host: the queue with everyone's votes, which one is being answered, and a line to ask another.
 *
 * The list keeps its rows: they change in place, and none moves while somebody's pointer or focus is among them.
 */

import { avatar } from "./account.js";
import { bdi, fill, h } from "./dom.js";
import { count, length, nameOf, plural, short } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

/** Kept for the sheet; the oldest answered ones give way first, then those with the fewest votes. */
const MOST_QUESTIONS = 100;
const QUESTION_CLOSED = 320;
const PLACES = { answering: 0, open: 1, answered: 2 };

export class Questions {
  /** `mine()`: whether this person is the room's host, who has no vote. */
  constructor({ connection, account, notices, roomId, mine }) {
    Object.assign(this, { connection, account, notices, roomId, mine });
    this._all = new Map();
    this._voted = new Set();
    this._rows = new Map();
    this._barred = "";
    // A live region must stand in the page before its words do, or screen readers miss them.
    this._now = h("div.answering-text", { role: "status" });
    this.now = h("div.answering", {}, icon("question"), this._now);
    this._head = h("h3.caps", { tabindex: "-1" });
    this._list = h("ul.question-list");
    for (const type of ["pointerleave", "focusout"]) this._list.addEventListener(type, () => this._draw());
  }

  /** What the server told at entering: the questions as they are, and those this person has voted for. */
  load(questions, voted) {
    this._all = new Map(questions.map((question) => [question.question_id, question]));
    this.votedFor(voted);
  }

  /** The server's word on whom this person has voted for: after a sign-in, and after a gap. */
  votedFor(ids) {
    this._voted = new Set(ids);
    this._draw();
  }

  take(event) {
    switch (event.kind) {
      case "question": this._put({ ...event, state: "open", votes: 0 }); break;
      case "question_answered": this._change(event.question_id, { state: "answered" }); break;
      case "question_moved": this._put(event.question); break;
      case "question_votes": this._change(event.question_id, { votes: event.votes }); break;
      default:
    }
    this._draw();
  }

  /** `why`: why nobody, or not this person, can ask now; empty when they can. Voting is open to all. */
  bar(why) {
    this._barred = why;
    this._showForm?.();
  }

  /** The LIVE is over. */
  end() {
    this._all.clear();
    this._render();
  }

  open() {
    const error = errorLine();
    const input = h("textarea", { name: "question", rows: "3", "aria-label": "Your question", placeholder: "Ask the host…", dir: "auto", autofocus: true });
    const submit = h("button.primary.wide.violet", { type: "submit" }, "Ask");
    const form = h("form", {}, input, error.element, submit);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit({ error, submit, input });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    const why = h("p.quiet", { role: "status" });
    this._showForm = () => {
      form.hidden = Boolean(this._barred);
      fill(why, this._barred);
    };
    this._showForm();
    this.sheet = openSheet("Questions", () => [form, why, this._head, this._list], { className: "narrow" });
    this._render({ sort: true });
  }

  _submit({ error, submit, input }) {
    const most = this.connection.welcome?.limits.question_max ?? 150;
    const text = input.value.trim().replace(/\s+/gu, " ");
    if (!text) error.say("Write your question first.");
    else if (length(text) > most) error.say(`A question has at most ${most} characters. This one is ${length(text) - most} too long.`);
    else this.account.need("Sign in to ask a question.", () => this._ask(text, { error, submit, input }));
  }

  async _ask(text, { error, submit, input }) {
    submit.disabled = true;
    error.clear();
    try {
      const { fate } = await this.connection.request({ do: "ask_question", room_id: this.roomId, text });
      input.value = "";
      this.sheet.close();
      this.notices.toast(fate === "hidden" ? "The host\u2019s rules stopped your question." : "The host has your question.", { kind: "question", symbol: "question" });
    } catch (problem) {
      if (error.element.isConnected) error.say(problem.message);
      else this.notices.toast(`Your question was not sent. ${problem.message}`, { kind: "bad", symbol: "warning" });
    } finally {
      submit.disabled = false;
    }
  }

  /** Shown at once; what the server says afterwards counts. */
  async _vote(id) {
    if (!this._list.isConnected) this.open(); // back from the sign-in, which took the sheet's place
    const wanted = !this._voted.has(id);
    this._mark(id, wanted);
    try {
      const { voted, votes } = await this.connection.request({ do: "vote_question", room_id: this.roomId, question_id: id, voted: wanted });
      this._mark(id, voted);
      this._change(id, { votes });
    } catch (problem) {
      this._mark(id, !wanted);
      const late = problem.code === QUESTION_CLOSED;
      this.notices.toast(late ? problem.message : `Your vote did not count. ${problem.message}`, { kind: "bad", symbol: "warning" });
    }
  }

  _mark(id, voted) {
    if (voted) this._voted.add(id);
    else this._voted.delete(id);
    this._draw();
  }

  _change(id, changes) {
    const known = this._all.get(id);
    if (known) this._all.set(id, { ...known, ...changes });
  }

  _put(question) {
    if (question.state === "dismissed") this._all.delete(question.question_id);
    else this._all.set(question.question_id, question);
    if (this._all.size <= MOST_QUESTIONS) return;
    const all = [...this._all.values()].filter(({ state }) => state !== "answering");
    const least = all.find(({ state }) => state === "answered") ?? all.reduce((least, one) => (one.votes < least.votes ? one : least));
    this._all.delete(least.question_id);
  }

  _draw() {
    this._frame ??= requestAnimationFrame(() => this._render());
  }

  _render({ sort = false } = {}) {
    cancelAnimationFrame(this._frame);
    this._frame = undefined;
    const all = [...this._all.values()];
    const now = all.find(({ state }) => state === "answering");
    this._showNow(now);
    if (!this._list.isConnected) return;
    const waiting = all.filter(({ state }) => state === "open").length;
    const title = all.length ? `${plural(waiting, "question")} waiting` : "No questions yet";
    if (this._head.textContent !== title) fill(this._head, title);
    const held = !sort && (this._list.matches(":hover") || this._list.contains(document.activeElement));
    for (const [id, row] of this._rows) if (!this._all.has(id)) this._drop(id, row);
    for (const question of all) this._showRow(question);
    // Sorting keeps those alike in the order they were asked.
    const wanted = all.sort((a, b) => PLACES[a.state] - PLACES[b.state] || (a.state === "open" ? b.votes - a.votes : 0))
      .map(({ question_id: id }) => this._rows.get(id).element);
    if (held) this._list.append(...wanted.filter((element) => !element.isConnected));
    else wanted.forEach((element, place) => this._list.children[place] !== element && this._list.insertBefore(element, this._list.children[place] ?? null));
  }

  _showNow(question) {
    const told = question ? question.question_id : "";
    if (told === this._told) return;
    this._told = told;
    this.now.classList.toggle("shown", Boolean(question));
    fill(this._now, question && [h("span.caps", {}, "Answering now"), h("span.words", {}, bdi(nameOf(question.person), "strong"), " · ", bdi(question.text))]);
  }

  _drop(id, row) {
    if (row.element.contains(document.activeElement)) this._head.focus();
    row.element.remove();
    this._rows.delete(id);
  }

  _showRow(question) {
    const { question_id: id, person, text, state, votes } = question;
    let row = this._rows.get(id);
    if (!row) {
      const words = h("div.text", { dir: "auto", id: `asked-${id}` }, text);
      const number = h("span.figure");
      const vote = h("button.vote", { type: "button", "aria-describedby": words.id, onclick: () => this._press(id) }, h("span.triangle", { "aria-hidden": "true" }), number);
      const status = h("span.state");
      const element = h("li.row.asked", { data: { asked: id } }, vote, avatar(person), h("div.body", {}, h("div.name", {}, bdi(nameOf(person)), status), words));
      this._rows.set(id, row = { element, number, vote, status });
    }
    if (row.state !== state) {
      row.state = state;
      row.element.classList.toggle("done", state === "answered");
      row.element.classList.toggle("now", state === "answering");
      fill(row.status, state === "answered" && h("span.answered", {}, icon("check"), "Answered"), state === "answering" && h("span.being", {}, "Answering now"));
    }
    const mine = this._voted.has(id);
    const closed = state === "answered" || this.mine();
    row.number.textContent = short(votes);
    row.vote.setAttribute("aria-pressed", String(mine));
    row.vote.setAttribute("aria-label", `${closed ? "" : "Vote, "}${count(votes)} ${votes === 1 ? "vote" : "votes"}`);
    // Not `disabled`: that would take the focus from who stands on it.
    if (closed) row.vote.setAttribute("aria-disabled", "true");
    else row.vote.removeAttribute("aria-disabled");
  }

  _press(id) {
    if (this._rows.get(id)?.vote.hasAttribute("aria-disabled")) return;
    this.account.need("Sign in to vote.", () => this._vote(id));
  }
}
