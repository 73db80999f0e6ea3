/**
 * Pictures for the list of rooms: watches each room just until its first frame, one at a time, and paints that frame.
 * A stream begins with a keyframe, so one frame costs a fraction of a second of watching.
 */

import { Player } from "./player.js";

const FRESH_MS = 20_000;
const PATIENCE_MS = 4_000;
const PAUSE_MS = 300;
/** Rooms further down show the host's letter: a list of hundreds must not become hundreds of streams. */
const MOST_ROOMS = 12;

export class Snapshots {
  constructor(url) {
    this.url = url;
    this._wanted = [];
    this._takenAt = new Map();
  }

  /** Rooms on screen now, as [roomId, canvas]. */
  want(pairs) {
    this._wanted = pairs.slice(0, MOST_ROOMS);
    if (!this._busy) this._next();
  }

  stop() {
    this._wanted = [];
    clearTimeout(this._timer);
    this._finish?.();
  }

  _next() {
    const due = this._wanted.find(([roomId]) => performance.now() - (this._takenAt.get(roomId) ?? -Infinity) > FRESH_MS);
    if (!due || document.hidden) return;
    this._busy = true;
    const [roomId, canvas] = due;
    this._takenAt.set(roomId, performance.now());
    const video = document.createElement("video");
    video.muted = video.playsInline = true;
    this._finish = () => {
      this._finish = null;
      clearTimeout(this._timer);
      player.stop();
      this._timer = setTimeout(() => { this._busy = false; this._next(); }, PAUSE_MS);
    };
    const player = new Player(video, {
      url: this.url, roomId, now: () => 0,
      onstate: (state) => {
        if (state === "playing") {
          canvas.width = video.videoWidth;
          canvas.height = video.videoHeight;
          canvas.getContext("2d").drawImage(video, 0, 0);
        }
        if (["playing", "unsupported", "ended", "blocked"].includes(state)) this._finish?.();
      },
    });
    player.start();
    this._timer = setTimeout(() => this._finish?.(), PATIENCE_MS);
  }
}
