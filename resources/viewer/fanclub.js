/** The host's fan club: joining it, the own level and what is missing to the next, and who is in front. */

import { avatar } from "./account.js";
import { bdi, button, fill, h } from "./dom.js";
import { count, nameOf, plural } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

/** Points from which each level begins: the server's (`studio.model.fan_club`), for drawing only. */
const LEVELS = [0, 50, 150, 400, 1_000, 2_500, 6_000, 15_000, 40_000, 100_000];

export function levelOf(points) {
  return Math.max(1, LEVELS.filter((from) => points >= from).length);
}

/** A fan's badge: the shield with their level. */
export function fanBadge(level) {
  return h("span.fan-badge", { title: `Fan club, level ${level}`, data: { tier: String(Math.ceil(level / 2)) } },
    icon("fan", "icon small"), h("span.sr", {}, "Fan, level "), h("span.figure", {}, String(level)));
}

export class FanClub {
  constructor({ connection, account, me, roomId, host, mine }) {
    Object.assign(this, { connection, account, me, roomId, host, mine });
    this.fan = null;
    this.button = button("pill.fan-pill", "Fan club", () => this.open(), icon("fan"), h("span.words"));
    this._draw();
  }

  /** The server's word on whether this person is a fan. */
  load(fan) {
    this.fan = fan ?? null;
    this._draw();
  }

  take({ person, level }) {
    if (person.id !== this.me.person?.id) return;
    this.fan = level ? { points: Math.max(this.fan?.points ?? 0, LEVELS[level - 1]) } : null;
    this._draw();
  }

  _draw() {
    this.button.hidden = this.mine();
    const words = this.fan ? `Level ${levelOf(this.fan.points)}` : "Fan club";
    fill(this.button.lastElementChild, words);
    this.button.setAttribute("aria-label", this.fan ? `Fan club: you are on level ${levelOf(this.fan.points)}` : "Join the fan club");
  }

  open() {
    const own = h("div.fan-own");
    const list = h("div.fan-list", { "aria-busy": "true" });
    const error = errorLine();
    openSheet("Fan club", () => [
      h("p.quiet", {}, "Gifts bring a point a coin, every LIVE you come to 10. Your level stands beside your name."), own, error.element, list,
    ], { className: "narrow" });
    this._own(own, error, list);
    this._list(list, error);
  }

  _own(own, error, list) {
    if (!this.fan) {
      fill(own, button("primary.wide", "", () => this._join(true, own, error, list), icon("fan"), "Join, it is free"));
      return;
    }
    const level = levelOf(this.fan.points);
    const next = LEVELS[level];
    const reached = next ? (this.fan.points - LEVELS[level - 1]) / (next - LEVELS[level - 1]) : 1;
    const bar = h("div.bar-fill");
    bar.style.setProperty("--reached", String(reached));
    fill(own, h("div.fan-level", {}, fanBadge(level), h("strong", {}, `Level ${level}`),
      h("span.quiet.figure", {}, next ? `${count(this.fan.points)} of ${plural(next, "point")}` : plural(this.fan.points, "point"))),
    h("div.track", { role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.floor(reached * 100), "aria-label": "To the next level" }, bar),
    button("link", "", () => this._join(false, own, error, list), "Leave the club"));
  }

  _join(member, own, error, list) {
    this.account.need(`Sign in to join the fan club of ${nameOf(this.host())}.`, async () => {
      error.clear();
      try {
        await this.connection.request({ do: "join_fan_club", room_id: this.roomId, member });
        this.load(member ? { points: 0 } : null);
        if (own.isConnected) this._own(own, error, list);
        if (list.isConnected) await this._list(list, error);
      } catch (problem) {
        error.say(problem.message);
      }
    });
  }

  async _list(list, error) {
    try {
      const { fans, top } = await this.connection.request({ do: "get_fans", room_id: this.roomId });
      const me = top.find(({ person }) => person.id === this.me.person?.id);
      if (me && this.fan) this.load(me);
      fill(list, h("h3.caps", {}, plural(fans, "fan")), top.length ? h("ol.supporters", {}, top.slice(0, 20).map(({ person, points }, place) => h("li", {},
        h("span.place.figure", {}, String(place + 1)), avatar(person, "small"), h("span.elide.strong", {}, bdi(nameOf(person))), fanBadge(levelOf(points)))))
        : h("p.quiet", {}, "Nobody yet. Be the first."));
    } catch (problem) {
      error.say(problem.message);
    }
    list.removeAttribute("aria-busy");
  }
}
