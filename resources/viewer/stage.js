/** The picture and what lies over it: host, LIVE badge, figures, goal, hearts, gifts, and what to do without a picture. */

import { avatar } from "./account.js";
import { bdi, button, fill, h } from "./dom.js";
import { count, duration, nameOf, plural, short } from "./format.js";
import { icon } from "./icons.js";
import { Player } from "./player.js";

const FIGURES_MS = 500;
const REPORT_MS = 2_000;
const TAP_SLOP_PX = 12;

/** What a goal counts: a mark behind its figures, and words for those who hear the page. */
const GOALS = {
  diamonds: ["diamond", "diamonds"], likes: ["heart-filled", "likes"], followers: ["follow", "new followers"],
  shares: ["share", "shares"], gift: ["gift", "gifts"],
};

export class Stage {
  constructor({ connection, watchUrl, roomId, likes, moments, club, onfollow }) {
    Object.assign(this, { connection, roomId, likes });
    this.video = h("video", { playsinline: true, muted: true, autoplay: true, "aria-label": "The LIVE picture" });
    // A landscape picture is shown whole, a portrait one fills its place.
    this.video.addEventListener("resize", () => {
      const wide = this.video.videoWidth > this.video.videoHeight;
      this.video.closest(".stage")?.classList.toggle("landscape", wide);
    });
    this.video.muted = true; // the attribute alone does not count for elements made by script
    this.still = h("canvas.still", { "aria-hidden": "true" });
    this.message = h("div.stage-message", { role: "status" });
    this.timer = h("span.figure", {}, "0:00");
    this.viewers = h("span.figure", {}, "0");
    this.likesCount = h("span.figure", {}, "0");
    this.delay = h("span.pill.delay", { hidden: true }, "to you ", h("b.figure"));
    this.sound = button("pill.sound", "Sound on", () => this._toggleSound(), icon("mute"), "Sound");
    this.sound.hidden = true;
    this.follow = button("primary.follow", "", onfollow, "Follow");
    this.hostName = h("div.strong.elide");
    this.hostNote = h("div.host-note.elide");
    this.hostFace = h("span");
    this.goal = h("div.goal", { hidden: true });
    this.badge = h("span.pill.live-pill", {}, h("i.dot"), "LIVE ", this.timer);
    const tap = h("button.tap", { type: "button", "aria-label": "Like" });
    this._taps(tap);
    this.element = h("section.stage.on-picture", { "aria-label": "Picture" },
      this.still, this.video, h("div.shade"), tap, likes.hearts,
      h("div.stage-top", {},
        h("a.icon-button.back", { href: "/", "aria-label": "All LIVEs", "data-link": true }, icon("chevron-left")),
        h("div.host-chip", {}, this.hostFace, h("div.host-text", {}, this.hostName, this.hostNote), this.follow),
        h("div.stage-pills", {}, this.badge,
          h("span.pill", { title: "Viewers" }, icon("eye"), h("span.sr", {}, "Viewers "), this.viewers),
          h("span.pill", { title: "Likes" }, icon("heart-filled"), h("span.sr", {}, "Likes "), this.likesCount), club),
        h("div.stage-corner", {}, this.delay, this.sound)),
      h("div.stage-low", {}, moments.chips, this.goal), moments.stage, this.message);
    this.player = new Player(this.video, {
      url: watchUrl, roomId, still: this.still, now: () => connection.clock.now(),
      onstate: (state, text) => this._pictureState(state, text),
    });
    this._dropped = 0;
  }

  start() {
    this.player.start();
    this._figures();
    this._figuring = setInterval(() => this._figures(), FIGURES_MS);
    this._reporting = setInterval(() => this._report(), REPORT_MS);
  }

  stop() {
    clearInterval(this._figuring);
    clearInterval(this._reporting);
    this.player.stop();
  }

  /** Draws the room as it is now. */
  show({ room, following, followers, mine }) {
    this.room = room;
    if (this._host !== room.host.id) {
      this._host = room.host.id;
      fill(this.hostFace, avatar(room.host));
      fill(this.hostName, bdi(nameOf(room.host)));
    }
    this.hostNote.textContent = followers === null ? `@${room.host.handle}` : plural(followers, "follower");
    this.follow.hidden = mine;
    this.follow.textContent = following ? "Following" : "Follow";
    this.follow.classList.toggle("following", following);
    this.follow.setAttribute("aria-pressed", String(following));
    this.viewers.textContent = short(room.totals.viewers);
    this.likesCount.textContent = short(room.totals.likes);
    this._goal(room.goal);
  }

  _goal(goal) {
    this.goal.hidden = !goal;
    if (!goal) return;
    const reached = Math.min(1, goal.diamonds / Math.max(1, goal.target_diamonds));
    const [mark, counted] = GOALS[goal.kind] ?? GOALS.diamonds;
    const what = goal.gift_name || counted;
    const bar = h("div.bar-fill");
    bar.style.setProperty("--reached", String(reached));
    fill(this.goal, h("div.goal-line", {}, h("span.elide", {}, bdi(goal.title || "Goal")),
      h("strong.figure", {}, `${count(goal.diamonds)} / ${count(goal.target_diamonds)}`, icon(mark, "icon gold small"))),
    h("div.track", { role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.floor(reached * 100),
      "aria-label": `Goal: ${count(goal.diamonds)} of ${count(goal.target_diamonds)} ${what}` }, bar));
  }

  _pictureState(state, text) {
    this.element.dataset.picture = state;
    const words = {
      connecting: ["Connecting to the picture…"],
      waiting: [text || "Waiting for the host's picture. It begins by itself."],
      blocked: [button("primary", "", () => this.player.play(), icon("play"), "Tap to play")],
      unsupported: [icon("warning"), text],
    }[state];
    fill(this.message, words ?? []);
    this.message.hidden = !words;
    this.sound.hidden = !/mp4a|opus/.test(this.player.mime ?? "");
  }

  _toggleSound() {
    this.video.muted = !this.video.muted;
    fill(this.sound, icon(this.video.muted ? "mute" : "volume"), "Sound");
    this.sound.setAttribute("aria-label", this.video.muted ? "Sound on" : "Sound off");
  }

  _figures() {
    if (this.room && !this.room.ended_ms) this.timer.textContent = duration(this.connection.clock.now() - this.room.started_ms);
    const { latencyMs, edgeMs, skipped } = this.player.figures();
    Object.assign(this.element.dataset, { latencyMs: latencyMs ?? "", edgeMs: edgeMs ?? "", skipped });
    this.delay.hidden = latencyMs === null;
    if (latencyMs !== null) this.delay.lastElementChild.textContent = latencyMs >= 100 ? `${(latencyMs / 1000).toFixed(1)} s` : `${Math.max(0, Math.round(latencyMs))} ms`;
  }

  /** Tells the server how old the picture is here: the host sees "to viewer 0.4 s". */
  _report() {
    const { latencyMs, dropped, playing } = this.player.figures();
    if (!playing || latencyMs === null || document.hidden || this.connection.state.phase !== "open") return;
    const fresh = Math.max(0, dropped - this._dropped); // a new stream counts from 0 again
    this._dropped = dropped;
    this.connection.request({ do: "report_picture", room_id: this.roomId, latency_ms: Math.min(600_000, latencyMs), dropped: fresh })
      .catch((error) => console.debug("report_picture:", error.message));
  }

  /** A tap on the picture is a like; a scroll or a drag is not. By keyboard the same button does it. */
  _taps(target) {
    let down = null;
    target.addEventListener("pointerdown", ({ offsetX, offsetY }) => { down = [offsetX, offsetY]; });
    target.addEventListener("click", ({ detail, offsetX, offsetY }) => {
      if (detail === 0) this.likes.tap(); // by keyboard: there is no place
      else if (!down || Math.hypot(offsetX - down[0], offsetY - down[1]) < TAP_SLOP_PX) this.likes.tap(offsetX, offsetY);
    });
  }
}
