/** A poll: its answers with everyone's votes, and this person's choice. A poll of gifts says which gift to send. */

import { bdi, fill, h } from "./dom.js";
import { left } from "./countdown.js";
import { plural } from "./format.js";
import { icon } from "./icons.js";
import { errorLine } from "./sheet.js";

export class PollCard {
  constructor({ account, mine, ask, now, begun }) {
    Object.assign(this, { account, mine, ask, now, chosen: begun.poll_choice ?? -1 });
    this.question = h("strong.activity-title");
    this.note = h("span.quiet.figure");
    this.time = h("span.time.figure", { role: "timer" });
    this.answers = h("div.answers", { role: "group", "aria-label": "Answers" });
    this.error = errorLine();
    this.element = h("section.activity.card.poll", { "aria-label": "Poll" },
      h("div.activity-head", {}, icon("poll"), this.question, this.time), this.answers, this.error.element, this.note);
  }

  get id() {
    return this.poll?.poll_id;
  }

  idOf({ poll_id: id }) {
    return id;
  }

  show(poll) {
    const first = !this.poll;
    this.poll = poll;
    if (first) this._build();
    const total = poll.options.reduce((sum, { votes }) => sum + votes, 0);
    const most = Math.max(...poll.options.map(({ votes }) => votes));
    const seen = poll.ended || this.chosen >= 0 || poll.kind === "gifts" || this.mine();
    for (const [at, row] of [...this.answers.children].entries()) {
      const { votes } = poll.options[at];
      const share = total ? Math.floor((votes * 100) / total) : 0;
      row.style.setProperty("--share", String(seen ? share : 0));
      row.classList.toggle("won", poll.ended && most > 0 && votes === most);
      row.setAttribute("aria-pressed", String(at === this.chosen));
      row.disabled = poll.ended || poll.kind === "gifts" || this.mine();
      row.lastElementChild.textContent = seen ? (poll.kind === "gifts" ? `×${votes}` : `${share} %`) : "";
    }
    const what = poll.kind === "gifts" ? "gift" : "vote";
    const hint = poll.ended ? "Final result" : poll.kind === "gifts" ? "Send a gift to vote" : this.chosen < 0 && !this.mine() ? "Choose one" : "";
    fill(this.note, [plural(total, what), hint].filter(Boolean).join(" · "));
    this.tick();
  }

  _build() {
    fill(this.question, bdi(this.poll.question));
    fill(this.answers, this.poll.options.map(({ text, gift_name: gift }, at) => h("button.answer", { type: "button", onclick: () => this._vote(at) },
      h("span.answer-text", {}, bdi(text), gift && gift !== text && h("small.quiet", {}, " ", bdi(gift))), h("strong.figure"))));
  }

  _vote(choice) {
    this.account.need("Sign in to vote.", async () => {
      const before = this.chosen;
      this.chosen = choice;
      this.error.clear();
      this.show(this.poll);
      try {
        await this.ask({ do: "vote_poll", poll_id: this.poll.poll_id, choice });
      } catch (problem) {
        this.chosen = before;
        this.show(this.poll);
        this.error.say(problem.message);
      }
    });
  }

  tick() {
    this.time.textContent = this.poll.ended ? "" : left(this.poll.ends_ms, this.now());
  }
}
