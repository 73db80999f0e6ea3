/** What stands beside a name in the feed: moderator, fan and level, place among the supporters, new follower. */

import { h } from "./dom.js";
import { fanBadge } from "./fanclub.js";

const PLACES = 3;

export class Badges {
  /** `top()`: account ids of the supporters, the first place first. */
  constructor({ top }) {
    this.top = top;
    this._fans = new Map();
    this._helpers = new Set();
    this._followed = new Set();
  }

  /** What the server told at entering. */
  load({ fans = {}, moderators = [] }) {
    this._fans = new Map(Object.entries(fans));
    this._helpers = new Set(moderators);
  }

  take(event) {
    const id = event.person?.id;
    switch (event.kind) {
      case "join": if (event.fan_level) this._fans.set(id, event.fan_level); break;
      case "fan":
        if (event.level) this._fans.set(id, event.level);
        else this._fans.delete(id);
        break;
      case "moderator":
        if (event.helps) this._helpers.add(id);
        else this._helpers.delete(id);
        break;
      case "follow": this._followed.add(id); break;
      default:
    }
  }

  /** Elements for whoever says or gives something now: as of now, they do not change later. */
  of({ id }) {
    const place = this.top().slice(0, PLACES).indexOf(id);
    return [
      this._helpers.has(id) && h("span.tag.mod", {}, "Mod"),
      place >= 0 && h("span.tag.top", {}, `Top ${place + 1}`),
      this._fans.has(id) && fanBadge(this._fans.get(id)),
      this._followed.has(id) && h("span.tag.new", {}, "New follower"),
    ].filter(Boolean);
  }
}
