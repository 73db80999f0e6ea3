/** Who is LIVE now, most viewers first, with a picture of each that is taken anew from time to time. */

import { avatar } from "./account.js";
import { bdi, button, fill, h } from "./dom.js";
import { nameOf, short } from "./format.js";
import { icon } from "./icons.js";
import { Snapshots } from "./snapshots.js";

const REFRESH_MS = 4_000;

export class RoomsView {
  constructor({ connection, watchUrl }) {
    this.connection = connection;
    this.title = "LIVE now";
    this.grid = h("div.room-grid");
    this.note = h("p.quiet", { role: "status" });
    this.element = h("div.rooms-page", {}, h("div.page-head", {}, h("h1", {}, "LIVE now"), this.note), this.grid);
    this.snapshots = new Snapshots(watchUrl);
    this._cards = new Map();
  }

  start() {
    this._running = true;
    this._refresh();
  }

  stop() {
    this._running = false;
    clearTimeout(this._timer);
    this.snapshots.stop();
  }

  async _refresh() {
    try {
      if (!document.hidden || !this._rooms) {
        const { rooms } = await this.connection.request({ do: "list_rooms" });
        if (this._running) this._draw(rooms);
      }
    } catch (error) {
      if (this._running) this._failed(error);
    }
    if (this._running) this._timer = setTimeout(() => this._refresh(), REFRESH_MS);
  }

  _draw(rooms) {
    this._rooms = rooms;
    this.note.textContent = rooms.length ? `${rooms.length} LIVE` : "";
    if (!rooms.length) {
      this._cards.clear();
      fill(this.grid, h("div.empty", {}, icon("live-dot", "icon huge"), h("h2", {}, "Nobody is LIVE right now"),
        h("p.quiet", {}, "This page fills by itself the moment a host starts. Follow hosts to be told wherever you are on it.")));
      return;
    }
    const cards = rooms.map((room) => {
      const card = this._cards.get(room.room_id) ?? this._card(room);
      card.update(room);
      return [room.room_id, card];
    });
    this._cards = new Map(cards);
    const elements = cards.map(([, { element }]) => element);
    // Moved only when the order changed: a moved card would lose its focus.
    if (elements.length !== this.grid.childElementCount || elements.some((element, i) => this.grid.children[i] !== element)) {
      fill(this.grid, elements);
    }
    this.snapshots.want(cards.map(([roomId, { canvas }]) => [roomId, canvas]));
  }

  _card(room) {
    const viewers = h("span.figure");
    const title = h("div.card-title.elide", { dir: "auto" });
    const topic = h("span.quiet.elide");
    const canvas = h("canvas.snapshot", { "aria-hidden": "true", width: 0, height: 0 });
    const element = h("a.room-card", { href: `/room/${encodeURIComponent(room.room_id)}`, "data-link": true, data: { room: room.room_id } },
      h("div.thumb", {}, h("div.thumb-letter", {}, avatar(room.host, "huge")), canvas, h("div.shade"),
        h("span.pill.live-pill", {}, h("i.dot"), "LIVE"), h("span.pill.on-picture.card-viewers", {}, icon("eye"), h("span.sr", {}, "Viewers "), viewers)),
      h("div.card-line", {}, avatar(room.host), h("div.card-text", {}, title, h("div.card-host.elide", {}, bdi(nameOf(room.host)), topic))));
    const update = (now) => {
      viewers.textContent = short(now.totals.viewers);
      title.textContent = now.title;
      topic.textContent = now.topic ? ` · ${now.topic}` : "";
    };
    return { element, canvas, update };
  }

  _failed(error) {
    fill(this.grid, h("div.empty", {}, icon("warning", "icon huge"), h("h2", {}, "The list could not be loaded"), h("p.quiet", {}, error.message),
      button("primary", "", () => { clearTimeout(this._timer); this._refresh(); }, "Try again")));
    this._cards.clear();
  }
}
