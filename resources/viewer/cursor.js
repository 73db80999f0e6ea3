/**
 * The parts of a session that need no socket: how far a room has been read, and what the server's clock says.
 * The rules are those of the Python session (`studio/protocol/session.py`).
 */

/** How far one room has been read. Outlives connections; `last` only grows, by one. */
export class RoomCursor {
  constructor(roomId, last) {
    this.roomId = roomId;
    this.last = last;
    this.duplicates = 0;
    this.gaps = 0;
    this.recovered = 0;
    this.recoverUntil = 0;
  }

  /** Judges an event's seq: "next" (and moves on), "repeat" or "gap". */
  place(seq) {
    if (seq <= this.last) {
      this.duplicates += 1;
      return "repeat";
    }
    if (seq > this.last + 1) return "gap";
    this.last = seq;
    if (seq <= this.recoverUntil) this.recovered += 1;
    return "next";
  }
}

const SAMPLES = 8;

/**
 * The server's clock as seen from here. Of the last round trips the shortest tells the offset best: what
 * is lost in queues makes a trip longer, never shorter (the rule of NTP's clock filter).
 */
export class ServerClock {
  constructor() {
    this.samples = [];
    this.offset = 0;
  }

  /** Milliseconds that never jump back, unlike Date.now(). */
  static local() {
    return performance.timeOrigin + performance.now();
  }

  /** Takes a Pong: `sent` is the local time of its Ping. */
  note(sent, serverTime) {
    const now = ServerClock.local();
    this.samples.push({ trip: now - sent, offset: serverTime - (sent + now) / 2 });
    if (this.samples.length > SAMPLES) this.samples.shift();
    this.offset = this.samples.reduce((best, sample) => (sample.trip < best.trip ? sample : best)).offset;
  }

  /** A first guess, before any Pong. */
  guess(serverTime) {
    if (!this.samples.length) this.offset = serverTime - ServerClock.local();
  }

  now() {
    return ServerClock.local() + this.offset;
  }
}

const ID_RANDOM_BYTES = 10;

/** A request id like the studio's: time-ordered, then random, 32 hex characters. */
export function newId() {
  const random = crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES));
  const tail = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return Date.now().toString(16).padStart(12, "0") + tail;
}
