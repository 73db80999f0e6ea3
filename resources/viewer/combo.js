/**
 * Sends gifts, tap by tap. Taps that come while an answer is under way travel together in the next command, so
 * that a fast thumb neither floods the server nor loses a tap. The running count is the server's.
 */

import { Refused } from "./connection.js";

const NOT_ENOUGH_COINS = 401;
const TOO_FAST = 103;

export class Combo {
  /** `onchange({gift, count, waiting})` after every tap and answer; `onrefused(gift, error)`; `onpoor(gift)`. */
  constructor({ connection, me, roomId, onchange, onrefused, onpoor }) {
    Object.assign(this, { connection, me, roomId, onchange, onrefused, onpoor });
    this._of = new Map();
  }

  tap(gift) {
    const state = this._state(gift);
    const unpaid = [...this._of.values()].reduce((sum, { gift: { coins }, waiting, flying }) => sum + coins * (waiting + flying), 0);
    if (unpaid + gift.coins > this.me.coins) return void this.onpoor(gift);
    const most = this.connection.welcome?.limits.gift_count_max ?? 999;
    if (performance.now() - state.answeredAt > (this.connection.welcome?.limits.streak_timeout_ms ?? 4_000)) state.count = 0;
    if (state.waiting >= (gift.streakable ? most : 1)) return;
    state.waiting += 1;
    this._tell(state);
    this._send(state);
  }

  _state(gift) {
    if (!this._of.has(gift.id)) this._of.set(gift.id, { gift, waiting: 0, flying: 0, count: 0, answeredAt: 0 });
    return this._of.get(gift.id);
  }

  _tell({ gift, count, waiting, flying }) {
    this.onchange({ gift, count, waiting: waiting + flying });
  }

  async _send(state) {
    if (state.flying || !state.waiting) return;
    state.flying = state.waiting;
    state.waiting = 0;
    const { gift } = state;
    try {
      const answer = await this.connection.request({ do: "send_gift", room_id: this.roomId, gift_id: gift.id, count: state.flying });
      state.flying = 0;
      state.count = answer.count;
      state.answeredAt = performance.now();
      this.me.balance(answer.coins);
    } catch (error) {
      const unsent = state.flying;
      state.flying = 0;
      if (error instanceof Refused && error.code === TOO_FAST && error.retryAfterMs) {
        state.waiting += unsent;
        setTimeout(() => this._send(state), error.retryAfterMs);
        return;
      }
      state.waiting = 0;
      if (error.code === NOT_ENOUGH_COINS) this.onpoor(gift);
      else this.onrefused(gift, error);
    }
    this._tell(state);
    this._send(state);
  }
}
