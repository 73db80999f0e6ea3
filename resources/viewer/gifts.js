/** The gift tray: choose, then send; a gift that can streak is sent again with every press. */

import { button, fill, h, pop } from "./dom.js";
import { count, plural } from "./format.js";
import { icon } from "./icons.js";
import { Combo } from "./combo.js";
import { giftArt } from "./rows.js";
import { errorLine, openSheet } from "./sheet.js";

const COLUMNS = 4;

export class GiftTray {
  constructor({ connection, me, shop, account, roomId, box }) {
    Object.assign(this, { connection, me, shop, account, box });
    this.error = errorLine();
    this.combo = new Combo({
      connection, me, roomId,
      onchange: (state) => this._counted(state),
      onrefused: (gift, error) => this.error.say(`${gift.name} was not sent. ${error.message}`),
      onpoor: (gift) => this._poor(gift),
    });
    this.chosen = null;
  }

  open() {
    this.account.need("Sign in to send gifts.", () => this._open());
  }

  _open() {
    this.error.clear();
    const grid = h("div.gift-grid", { role: "radiogroup", "aria-label": "Gifts" }, h("p.quiet", {}, "Loading…"));
    this.times = h("strong.combo.figure", { "aria-live": "polite" });
    this.sendLabel = h("span", {}, "Choose a gift");
    this.send = button("primary.send-gift", "", () => this._send(), this.sendLabel);
    this.send.disabled = true;
    const balance = h("span.figure");
    const draw = () => fill(balance, count(this.me.coins));
    this.me.addEventListener("change", draw);
    draw();
    grid.addEventListener("keydown", (event) => this._arrow(event, grid));
    this.sheet = openSheet("Send a gift", () => [grid, this.error.element,
      h("div.tray-foot", {},
        button("pill.coins", "Get coins", () => this._shop(), icon("coin"), balance, icon("plus", "icon small")),
        button("pill.box-pill", "Fill a treasure box", () => this.box(), icon("treasure"), "Box"),
        this.times, this.send)],
    { className: "tray", onclose: () => this.me.removeEventListener("change", draw) });
    this._fill(grid);
  }

  async _fill(grid) {
    try {
      const { gifts } = await this.shop.catalogue();
      fill(grid, gifts.map((gift) => this._cell(gift)));
      const again = gifts.find(({ id }) => id === this.chosen?.id) ?? gifts[0];
      if (again) this._choose(again, grid.querySelector(`[data-gift="${again.id}"]`));
      grid.querySelector("[aria-checked=true]")?.focus();
    } catch (problem) {
      fill(grid);
      this.error.say(problem.message, button("link", "", () => { this.error.clear(); this._fill(grid); }, "Try again"));
    }
  }

  _cell(gift) {
    const cell = h("button.gift-cell", { type: "button", role: "radio", "aria-checked": "false", tabindex: "-1",
      "aria-label": `${gift.name}, ${plural(gift.coins, "coin")}`, data: { gift: gift.id } },
    giftArt(gift), h("span.gift-cell-name", { dir: "auto" }, gift.name),
    h("span.gift-price.figure", {}, icon("coin", "icon small"), count(gift.coins)));
    cell.addEventListener("click", () => this._choose(gift, cell));
    cell.addEventListener("dblclick", () => this._send());
    return cell;
  }

  _choose(gift, cell) {
    for (const other of cell.parentElement.children) {
      other.setAttribute("aria-checked", String(other === cell));
      other.tabIndex = other === cell ? 0 : -1;
    }
    this.chosen = gift;
    this.send.disabled = false;
    fill(this.times);
    fill(this.sendLabel, "Send ", gift.name, " · ", icon("coin"), " ", count(gift.coins));
  }

  /** Arrow keys move between gifts as in any group of radio buttons; Enter sends. */
  _arrow(event, grid) {
    const cells = [...grid.querySelectorAll(".gift-cell")];
    const at = cells.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      cells[at].click();
      this._send();
    } else if (step && cells[at + step]) {
      event.preventDefault();
      cells[at + step].focus();
      cells[at + step].click();
    }
  }

  _send() {
    const gift = this.chosen;
    if (!gift) return;
    this.error.clear();
    this.combo.tap(gift);
  }

  _counted({ gift, count: reached, waiting }) {
    if (gift.id !== this.chosen?.id) return;
    if (!gift.streakable) {
      this.send.disabled = waiting > 0;
      // The big ones are worth looking at: the tray makes room for them.
      if (reached && !waiting) this.sheet.close();
      return;
    }
    fill(this.times, reached || waiting ? `×${count(reached + waiting)}` : "");
    pop(this.times);
  }

  _poor(gift) {
    const short = gift.coins - this.me.coins;
    this._shop(`${gift.name} costs ${plural(gift.coins, "coin")}${short > 0 ? `: you need ${count(short)} more` : ""}.`);
  }

  _shop(reason = "") {
    this.shop.open(reason, () => setTimeout(() => this._back(), 0));
  }

  /** Back to the tray when the shop is closed, unless the person went elsewhere meanwhile. */
  _back() {
    if (document.querySelector("dialog[open]:not(.leaving)") || !this.alive()) return;
    this._open();
  }

  /** Replaced by the room: whether it is still on screen. */
  alive() {
    return true;
  }
}
