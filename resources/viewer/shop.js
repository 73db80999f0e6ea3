/** The coin shop: a sandbox, and it says so. The balance shown is the server's. */

import { button, fill, h } from "./dom.js";
import { count, dollars } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

export class Shop {
  constructor({ connection, me, notices }) {
    Object.assign(this, { connection, me, notices });
  }

  /** The catalogue: gifts and packs. Asked once for the page; a failure is forgotten, so that the next try asks again. */
  catalogue() {
    this._catalogue ??= this.connection.request({ do: "get_catalogue" }).catch((error) => {
      this._catalogue = null;
      throw error;
    });
    return this._catalogue;
  }

  /** Opens the shop; `reason` is why (a gift that was too dear), `then` runs when it closes. */
  open(reason = "", then = () => {}) {
    const balance = h("strong.figure.gold");
    const draw = () => fill(balance, icon("coin"), count(this.me.coins));
    this.me.addEventListener("change", draw);
    draw();
    openSheet("Get coins", () => {
      const packs = h("div.packs", { "aria-busy": "true" }, h("p.quiet", {}, "Loading…"));
      const error = errorLine();
      this._fillPacks(packs, error);
      return [
        h("p.sandbox", {}, icon("info"), h("span", {}, h("strong", {}, "Test money. "), "This is a sandbox: no card is asked for, nothing is charged.")),
        reason && h("p.need", {}, reason),
        h("div.balance-row", {}, h("span", {}, "Your balance"), balance),
        packs,
        error.element,
      ];
    }, { className: "shop", onclose: () => { this.me.removeEventListener("change", draw); then(); } });
  }

  async _fillPacks(packs, error) {
    try {
      const { packs: list } = await this.catalogue();
      fill(packs, list.map((pack) => this._pack(pack, error)));
    } catch (problem) {
      fill(packs);
      error.say(problem.message, button("link", "", () => { error.clear(); this._fillPacks(packs, error); }, "Try again"));
    }
    packs.removeAttribute("aria-busy");
  }

  _pack(pack, error) {
    const price = dollars(pack.price_micro_dollars);
    const buy = h("button.pack", { type: "button", data: { pack: pack.pack_id } },
      icon("coin", "icon coin"), h("strong.figure", {}, count(pack.coins)), h("span.price.figure", {}, price, h("small", {}, "test")));
    buy.setAttribute("aria-label", `Buy ${count(pack.coins)} coins for ${price} of test money`);
    buy.addEventListener("click", async () => {
      // One purchase at a time: a second tap while the first is under way is a slip.
      buy.disabled = true;
      error.clear();
      try {
        const { coins } = await this.connection.request({ do: "buy_coins", pack_id: pack.pack_id });
        this.me.balance(coins);
        this.notices.toast(`${count(pack.coins)} coins are yours. Balance: ${count(coins)}.`, { kind: "good", symbol: "check" });
      } catch (problem) {
        error.say(problem.message);
      } finally {
        buy.disabled = false;
        buy.focus();
      }
    });
    return buy;
  }
}
