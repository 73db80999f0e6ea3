/** One LIVE: enters the room, hands its events to the parts that show them, and leaves it again. */

import { avatar } from "./account.js";
import { Activities } from "./activities.js";
import { Badges } from "./badges.js";
import { openBoxSheet } from "./boxes.js";
import { bdi, button, fill, h } from "./dom.js";
import { count, duration, nameOf, short } from "./format.js";
import { FanClub } from "./fanclub.js";
import { Feed } from "./feed.js";
import { GiftTray } from "./gifts.js";
import { icon } from "./icons.js";
import { Likes } from "./likes.js";
import { Moderate } from "./moderate.js";
import { Moments } from "./moments.js";
import { Questions } from "./questions.js";
import { closeSheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { Talk } from "./talk.js";

const MOST_SUPPORTERS = 5;

export class RoomView {
  constructor(roomId, app) {
    const { connection, me, account, notices, shop } = app;
    Object.assign(this, { roomId, connection, me, account, notices, shop, watchUrl: app.watchUrl });
    this.following = false;
    this.followers = null;
    this.supporters = new Map();
    this.element = h("div.room", { "aria-busy": "true" }, h("div.quiet.centred", {}, "Entering…"));
    this._gone = new AbortController();
    this._gifts = new Map();
  }

  get title() {
    return this.room ? `${nameOf(this.room.host)}: ${this.room.title}` : "LIVE";
  }

  /** Whether this person is the host. */
  get _mine() {
    return this.me.person?.id === this.room.host.id;
  }

  async start() {
    const { signal } = this._gone;
    const on = (target, type, run) => target.addEventListener(type, ({ detail }) => {
      if (!detail?.roomId || detail.roomId === this.roomId) run(detail);
    }, { signal });
    on(this.connection, "events", ({ events }) => this.room && this._take(events, true));
    on(this.connection, "room-state", ({ room, supporters, seq, voted = [], mine = {} }) => {
      this._state(room, supporters, seq);
      this.questions?.votedFor(voted);
      this._load(mine);
    });
    on(this.connection, "room-lost", ({ error }) => this._fail(error));
    on(this.connection, "notice", (notice) => this._notice(notice));
    on(this.me, "entered", () => this._enterAgain());
    on(this.me, "change", () => {
      if (!this.me.account) {
        this.following = false;
        this.questions?.votedFor([]);
      }
      if (this.stage) this._show();
    });
    // The tray's drawings and the feed's need the catalogue; without it gifts are shown by their names.
    this.shop.catalogue().then(({ gifts }) => { this._gifts = new Map(gifts.map((gift) => [gift.id, gift])); })
      .catch((error) => console.info("No gift catalogue yet:", error.message));
    try {
      await this.shop.catalogue().catch(() => null);
      const entered = await this.connection.request({ do: "enter_room", room_id: this.roomId });
      if (signal.aborted) this.connection.leaveRoom(this.roomId);
      else this._entered(entered);
    } catch (error) {
      if (!signal.aborted) this._fail(error);
    }
  }

  stop() {
    this._gone.abort();
    closeSheet();
    this.stage?.stop();
    this.likes?.stop();
    this.activities?.stop();
    this.moments?.clear();
    if (this.tray) this.tray.alive = () => false;
    this.connection.leaveRoom(this.roomId);
  }

  _entered({ room, recent, following, supporters, seq, questions = [], voted = [], mine = {}, fans, moderators }) {
    const { connection, me, account, notices, shop, roomId } = this;
    const gift = (id) => this._gifts.get(id);
    this.room = room;
    this.following = following;
    this.moments = new Moments({ gift, now: () => connection.clock.now() });
    this.likes = new Likes({ connection, me, account, notices, roomId });
    this.badges = new Badges({ top: () => [...this.supporters.values()].sort((a, b) => b.diamonds - a.diamonds).map(({ person }) => person.id) });
    this.badges.load({ fans, moderators });
    this.feed = new Feed({ gift, me, room: () => this.room, badges: (person) => this.badges.of(person) });
    this.moderate = new Moderate({ connection, notices, feed: this.feed, roomId });
    this.tray = new GiftTray({ connection, me, shop, account, roomId, box: () => openBoxSheet({ connection, me, shop, notices, roomId }) });
    const ours = () => this._mine;
    this.activities = new Activities({ connection, account, me, roomId, mine: ours });
    this.fanClub = new FanClub({ connection, account, me, roomId, host: () => this.room.host, mine: ours });
    this.questions = new Questions({ connection, account, notices, roomId, mine: () => this._mine });
    this.questions.load(questions, voted);
    this.stage = new Stage({ connection, watchUrl: this.watchUrl, roomId, likes: this.likes, moments: this.moments, club: this.fanClub.button, onfollow: () => this._follow() });
    this.talk = new Talk({ connection, account, feed: this.feed, answering: this.questions.now, activities: this.activities.element, held: this.moderate.button, roomId, actions: {
      gift: () => this.tray.open(), question: () => this.questions.open(), like: () => this.likes.tap(), share: () => this._share(),
      follow: () => this._follow(true), stranger: () => this._stranger(),
    } });
    this.side = h("aside.side-panel", { "aria-label": "About this LIVE" });
    fill(this.element, this.side, this.stage.element, this.talk.element);
    this.element.removeAttribute("aria-busy");
    this._state(room, supporters, seq);
    this._load(mine);
    this.activities.start();
    // A streak in the past has ended, whether or not its end is among the last messages.
    const timeout = connection.welcome.limits.streak_timeout_ms;
    const past = recent.map((event) => (connection.clock.now() - event.at_ms > timeout ? { ...event, ended: true } : event));
    // What has become of the questions among them since.
    this._take([...past, ...questions.map((question) => ({ kind: "question_moved", question }))], false);
    this.dispatchTitle?.();
    if (room.ended_ms) this._end(room.totals, "The LIVE has ended.");
    else this.stage.start();
  }

  /** The server's own view of the room, at entering and after every gap: it always wins. */
  _state(room, supporters, seq) {
    this.room = room;
    this._countedTo = seq;
    this.supporters = new Map(supporters.map((supporter) => [supporter.person.id, { ...supporter }]));
    if (!this.stage) return;
    this.talk.showPinned(room.pinned);
    this._show();
  }

  /** What this person has done in what runs, as the server has it. */
  _load(mine) {
    this.activities?.load(this.room.activities, mine);
    this.fanClub?.load(mine.fan);
  }

  async _enterAgain() {
    try {
      const { following, room, voted = [], mine = {} } = await this.connection.request({ do: "enter_room", room_id: this.roomId });
      this.following = following;
      this.questions?.votedFor(voted);
      if (!this.room) return;
      this.room.activities = room.activities;
      this._load(mine);
      this._show();
    } catch (error) {
      this._fail(error);
    }
  }

  _take(events, live) {
    for (const event of events) this._apply(event, live);
    this.feed.push(events);
    this._drawn ??= requestAnimationFrame(() => {
      this._drawn = undefined;
      this._show();
    });
  }

  _apply(event, live) {
    const { totals } = this.room;
    if (live) this.badges.take(event);
    switch (event.kind) {
      case "viewers": totals.viewers = event.viewers; break;
      case "like": totals.likes = Math.max(totals.likes, event.total); break;
      case "follow":
        this.followers = event.followers;
        if (live && event.person.id === this.me.person?.id) this.following = true; // perhaps on another page
        break;
      case "comment_access":
        if (live) this.room.comment_access = event.access; // the room itself says how it is now
        break;
      case "poll":
      case "countdown":
      case "giveaway":
      case "treasure_box":
        if (live) this.activities.take(event); // the room itself says what runs now
        break;
      case "fan":
        if (live) this.fanClub.take(event);
        break;
      case "goal": this.room.goal = event.goal; break;
      case "question":
      case "question_answered":
      case "question_moved":
      case "question_votes":
        if (live) this.questions.take(event); // the server has told at entering how they are
        break;
      case "pin":
        if (!live) break; // the room itself says what is pinned now
        this.talk.showPinned(event.pinned);
        break;
      case "gift":
        if (!live) break; // already in the room's figures
        this.moments.show(event);
        this._supported(event);
        break;
      case "room_closed": this._end(event.totals, event.reason); break;
      default:
    }
  }

  /** A ranking, not money: it begins from the server's list and takes each event once. */
  _supported({ seq, person, diamonds, added }) {
    if (seq <= this._countedTo) return; // caught up after a cut: the list has it already
    const known = this.supporters.get(person.id) ?? { person, diamonds: 0, gifts: 0 };
    known.diamonds += diamonds;
    known.gifts += added;
    this.supporters.set(person.id, known);
  }

  _show() {
    const { room, following, followers } = this;
    const mine = this._mine;
    this.stage.show({ room, following, followers, mine });
    this.talk.allow(room.comment_access, { following, mine });
    this.questions.bar(this.talk.whyNotAsk);
    const top = [...this.supporters.values()].sort((a, b) => b.diamonds - a.diamonds).slice(0, MOST_SUPPORTERS);
    fill(this.side,
      h("div.card.about", {}, h("h1.room-title", { dir: "auto" }, room.title), room.topic && h("span.tag", {}, bdi(room.topic)),
        h("div.who", {}, avatar(room.host, "large"), h("div.who-text", {}, h("div.strong.elide", {}, bdi(nameOf(room.host))), h("div.quiet.elide", {}, `@${room.host.handle}`)))),
      h("div.card", {}, h("h2.caps", {}, "Top supporters"),
        top.length ? h("ol.supporters", {}, top.map(({ person, diamonds }, place) => h("li", {}, h("span.place.figure", {}, String(place + 1)), avatar(person, "small"),
          h("span.elide.strong", {}, bdi(nameOf(person))), h("span.gold.strong.figure", {}, short(diamonds), icon("diamond", "icon small")))))
          : h("p.quiet", {}, "Nobody yet. The first gift takes first place.")));
  }

  /** The server knows better: this person does not follow (any more). */
  _stranger() {
    this.following = false;
    this._show();
  }

  _follow(wanted = !this.following) {
    this.account.need(`Sign in to follow ${nameOf(this.room.host)}.`, async () => {
      this.stage.follow.disabled = true;
      try {
        await this.connection.request({ do: "follow", room_id: this.roomId, following: wanted });
        this.following = wanted;
        if (wanted) this.notices.offerNotifications(this.room.host);
      } catch (error) {
        this.notices.toast(error.message, { kind: "bad", symbol: "warning" });
      }
      this.stage.follow.disabled = false;
      this._show();
    });
  }

  async _share() {
    const data = { title: this.title, url: location.href };
    try {
      if (navigator.share && matchMedia("(pointer: coarse)").matches) await navigator.share(data);
      else {
        await navigator.clipboard.writeText(data.url);
        this.notices.toast("The link is copied. Paste it anywhere.", { kind: "good", symbol: "copy" });
      }
      if (this.me.account) await this.connection.request({ do: "share", room_id: this.roomId });
    } catch (error) {
      if (error.name === "AbortError") return; // changed their mind
      this.notices.toast(error.code ? error.message : `Copy this address to share: ${data.url}`, { symbol: "share" });
    }
  }

  _end(totals, reason) {
    if (this.ended) return;
    this.ended = true;
    this.stage.stop();
    this.talk.end();
    this.questions.end();
    this.activities.stop();
    this.moderate.end();
    closeSheet();
    const length = (this.room.ended_ms || this.connection.clock.now()) - this.room.started_ms;
    const figure = (value, label) => h("div", {}, h("strong.figure", {}, value), h("span", {}, label));
    this.stage.element.append(h("div.ended", { role: "status" }, avatar(this.room.host, "huge"),
      h("h2", {}, "LIVE has ended"), h("p.quiet.elide", {}, bdi(nameOf(this.room.host)), ` · ${reason}`),
      h("div.ended-figures", {}, figure(duration(length), "long"), figure(short(totals.unique_viewers), "viewers"),
        figure(short(totals.likes), "likes"), figure(count(totals.gifts), "gifts")),
      h("a.primary", { href: "/", "data-link": true }, "See who is LIVE")));
  }

  _notice({ turned_out: out, moderates, moderated, denied }) {
    if (denied?.room_id === this.roomId) this.feed?.deny(denied.item_id);
    if (out?.room_id === this.roomId) this._turnedOut();
    if (moderates?.room_id === this.roomId) this.moderate?.allow(moderates.permissions);
    if (moderated?.entry.room_id === this.roomId) this.moderate?.take(moderated.entry);
  }

  /** The host does not want this person here: nothing of the room comes any more. */
  _turnedOut() {
    this.connection.leaveRoom(this.roomId);
    this._fail(new Error("The host has blocked you."), "You cannot watch this LIVE");
    this.out = true; // what was asked before and is refused now says nothing new
  }

  _fail(error, title = "This LIVE is not here") {
    if (this.ended || this.out) return;
    this.stage?.stop();
    fill(this.element, h("div.empty", {}, icon("info", "icon huge"), h("h2", {}, title), h("p.quiet", {}, error.message),
      h("div.empty-actions", {}, h("a.primary", { href: "/", "data-link": true }, "See who is LIVE"), button("control", "", () => location.reload(), "Try again"))));
    this.element.removeAttribute("aria-busy");
  }
}
