/**
 * The events WebSocket: one session after another, as if there were only one.
 *
 * Says Identify after Hello, resumes every entered room where it was left, and then sends again what had
 * no answer, under the id it had, so that the server can answer twice but act once.
 *
 * Longer than most modules here: order of frames, resuming and sending again only make sense side by side.
 *
 * Events it dispatches: `state` (see `state`), `identified`, `events` {roomId, events}, `notice`,
 * `recovered` {roomId, count}, `room-lost` {roomId, error}, `token-refused`.
 */

import { RoomCursor, ServerClock, newId } from "./cursor.js";

const VERSION = 1;
const PING_MS = 5_000;
const SILENCE_MS = 10_000;
const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 15_000;
const HEALTHY_MS = 5_000;
/** Unanswered commands kept for the next connection; beyond it new ones are refused at once. */
const MOST_PENDING = 200;

/** Sent again after a cut. The others either mean nothing later or would surprise (a sign-in out of the blue). */
const ASKED_BY_ANYONE = new Set(["enter_room", "list_rooms", "get_catalogue"]);
const SENT_AGAIN = new Set([
  ...ASKED_BY_ANYONE, "get_balance",
  "comment", "like", "share", "follow", "ask_question", "vote_question", "buy_coins", "send_gift",
]);

const CLOSED = { malformed: 4100, outOfOrder: 4101, version: 4102, token: 4202 };
const TOO_FAST = 103;
const SHUTTING_DOWN = 502;

/** The server understood and said no. `message` is a sentence for people. */
export class Refused extends Error {
  constructor({ code, message, retry_after_ms: retryAfterMs = 0 }) {
    super(message || `The server refused this (${code}).`);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** There was no answer, and there will be none. */
export class Disconnected extends Error {
  constructor(message = "There is no connection to the server. Try again when it is back.") {
    super(message);
  }
}

export class Connection extends EventTarget {
  constructor(url, token = "") {
    super();
    this.url = url;
    this.token = token;
    this.clock = new ServerClock();
    this.rooms = new Map();
    /** `phase`: connecting | open | lost | stopped; with `lost` comes `retryAt` (local ms), with `stopped` a `message`. */
    this.state = { phase: "connecting" };
    this.welcome = null;
    this._pending = new Map();
    this._resuming = new Map();
    this._failures = 0;
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
  }

  start() {
    this._open();
    setInterval(() => this._beat(), PING_MS);
  }

  /** Ends the wait for the next try. */
  retryNow() {
    if (this.state.phase === "lost" && !this._socket) this._open();
  }

  /** Drops the connection and comes back under another token (after it was refused or changed in another tab). */
  reopen(token) {
    this.token = token;
    this._drop("");
    this.retryNow();
  }

  /** Sends a command; resolves with its result, rejects with Refused or Disconnected. */
  request(command) {
    const open = this.state.phase === "open";
    const kept = SENT_AGAIN.has(command.do);
    if (this.state.phase === "stopped" || (!open && !kept) || this._pending.size >= MOST_PENDING) {
      return Promise.reject(new Disconnected(this.state.message));
    }
    return new Promise((resolve, reject) => {
      const id = newId();
      this._pending.set(id, { command, kept, resolve, reject });
      if (open) this._send({ frame: "request", id, command });
    });
  }

  leaveRoom(roomId) {
    this.rooms.delete(roomId);
    if (this.state.phase === "open") {
      this.request({ do: "leave_room", room_id: roomId }).catch((error) => console.debug("leave_room:", error.message));
    }
  }

  _open() {
    clearTimeout(this._timer);
    const socket = new WebSocket(this.url);
    this._socket = socket;
    this._fault = "";
    this._heard = this._pinged = ServerClock.local();
    socket.onmessage = ({ data }) => socket === this._socket && this._receive(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this._socket && this._closed(code);
    if (this._failures === 0) this._become({ phase: this.welcome ? "lost" : "connecting", retryAt: 0 });
  }

  _become(state) {
    this.state = state;
    this._tell("state", state);
  }

  _tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  _send(frame) {
    this._socket.send(JSON.stringify(frame));
  }

  /** Keeps the clock right, and finds out when a socket is dead although it says it is open. */
  _beat() {
    if (!this._socket) return;
    const now = ServerClock.local();
    if (this._heard < this._pinged && now - this._pinged > SILENCE_MS) this._drop("The server has gone silent.");
    else if (this.state.phase === "open" && this._heard >= this._pinged) this._ping();
    else if (this.state.phase !== "open" && now - this._pinged > SILENCE_MS) this._drop("The server does not answer.");
  }

  _ping() {
    this._pinged = ServerClock.local();
    this._send({ frame: "ping", sent_ms: this._pinged });
  }

  _drop(why) {
    const socket = this._socket;
    if (!socket) return;
    this._fault = why;
    this._closed(0);
    socket.close();
  }

  _closed(code) {
    this._socket = null;
    this._resuming.clear();
    for (const [id, { kept, reject }] of this._pending) {
      if (kept) continue;
      this._pending.delete(id);
      reject(new Disconnected("The connection was cut before the answer came. Try again."));
    }
    if (code === CLOSED.token) {
      this.token = "";
      // What was asked in the name of that account cannot be sent in another's.
      this._refuse(({ command }) => !ASKED_BY_ANYONE.has(command.do));
      this._tell("token-refused");
    } else if (Object.values(CLOSED).includes(code)) {
      this._become({ phase: "stopped", message: "This page and the server do not understand each other. Reload the page." });
      this._refuse(() => true);
      return;
    }
    if (ServerClock.local() - (this._openedAt ?? Infinity) > HEALTHY_MS) this._failures = 0;
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this._failures) * (0.5 + Math.random());
    this._failures += 1;
    this._openedAt = undefined;
    this._become({ phase: "lost", retryAt: ServerClock.local() + wait, message: this._fault });
    this._timer = setTimeout(() => this._open(), wait);
  }

  _refuse(which) {
    for (const [id, waiting] of this._pending) {
      if (!which(waiting)) continue;
      this._pending.delete(id);
      waiting.reject(new Disconnected(this.state.message));
    }
  }

  _receive(frame) {
    this._heard = ServerClock.local();
    switch (frame.frame) {
      case "hello": return this._send({ frame: "identify", version: VERSION, client: "viewer page", token: this.token });
      case "identified": return this._identified(frame);
      case "response": return this._answered(frame);
      case "events": return this._happened(frame);
      case "pong": return this.clock.note(frame.sent_ms, frame.server_time_ms);
      case "notice": return this._tell("notice", frame);
      case "fault": this._fault = frame.message; return undefined;
      default: return undefined; // of a later version
    }
  }

  _identified(frame) {
    const unanswered = [...this._pending]; // before anybody told below asks something new
    this.welcome = frame;
    this._openedAt = ServerClock.local();
    this.clock.guess(frame.server_time_ms);
    this._become({ phase: "open" });
    this._tell("identified", frame);
    this._ping();
    // Rooms first: what is sent again below may need them entered.
    for (const cursor of this.rooms.values()) this._resume(cursor);
    for (const [id, { command }] of unanswered) this._send({ frame: "request", id, command });
  }

  _answered(frame) {
    const waiting = this._pending.get(frame.id);
    if (!waiting || (frame.code === SHUTTING_DOWN && waiting.kept)) return;
    this._pending.delete(frame.id);
    if (!frame.ok) return void waiting.reject(new Refused(frame));
    // The cursor must stand before the next frame is read.
    if (waiting.command.do === "enter_room" && !this.rooms.has(waiting.command.room_id)) {
      this.rooms.set(waiting.command.room_id, new RoomCursor(waiting.command.room_id, frame.result.seq));
    }
    waiting.before?.(frame.result);
    waiting.resolve(frame.result);
  }

  _resume(cursor) {
    if (this._resuming.has(cursor.roomId)) return;
    const id = newId();
    this._resuming.set(cursor.roomId, id);
    const command = { do: "resume", room_id: cursor.roomId, after_seq: cursor.last };
    const done = () => this._resuming.get(cursor.roomId) === id && this._resuming.delete(cursor.roomId);
    this._pending.set(id, {
      command,
      kept: false,
      before: (result) => {
        done();
        cursor.recoverUntil = Math.max(cursor.recoverUntil, result.seq);
        cursor.recovered = 0;
        if (cursor.last >= result.seq) this._tell("recovered", { roomId: cursor.roomId, count: 0 });
        this._tell("room-state", { roomId: cursor.roomId, ...result });
      },
      resolve: () => {},
      reject: (error) => {
        done();
        if (!(error instanceof Refused)) return; // cut off: the next connection resumes
        if (error.code === TOO_FAST) setTimeout(() => this.state.phase === "open" && this._resume(cursor), error.retryAfterMs || PING_MS);
        else this._tell("room-lost", { roomId: cursor.roomId, error });
      },
    });
    this._send({ frame: "request", id, command });
  }

  _happened({ room_id: roomId, events }) {
    const cursor = this.rooms.get(roomId);
    if (!cursor) return; // a room just left: its last batch may still be under way
    const fresh = [];
    for (const event of events) {
      const place = cursor.place(event.seq);
      if (place === "next") fresh.push(event);
      else if (place === "gap") {
        if (!this._resuming.has(roomId)) cursor.gaps += 1;
        this._resume(cursor);
        break;
      }
    }
    if (!fresh.length) return;
    this._tell("events", { roomId, events: fresh });
    const first = fresh[0].seq;
    if (first <= cursor.recoverUntil && cursor.last >= cursor.recoverUntil) {
      this._tell("recovered", { roomId, count: cursor.recovered });
    }
  }
}
