/**
 * The moving picture of one room: the watch socket, and the art of staying at the live edge.
 *
 * Longer than most modules here: socket, stream and steering share the moments at which a stream begins and ends.
 *
 * `onstate(state, text)`: connecting, waiting (no picture yet), playing, blocked (the browser wants a tap first),
 * paused (page hidden), unsupported, ended.
 */

import { MediaBuffer, canPlay } from "./mediabuffer.js";
import { LatencyMeter } from "./latency.js";

const HEADER = 20;
const KIND = { init: 1, keyframe: 2, delta: 3 };
const STEER_MS = 100;
/** Seconds behind the live edge: wanted at first, and the bounds in which stalls and smooth running move it. */
const TARGET_S = 0.18;
const LEAST_TARGET_S = 0.12;
const MOST_TARGET_S = 0.32;
/** Beyond these: a little faster; a jump; a jump in the first moments, when a whole group of pictures comes at once. */
const HURRY_S = 0.1;
const JUMP_S = 1;
const EARLY_JUMP_S = 0.35;
const EARLY_MS = 1_500;
/** A jump takes the decoder a while; until then another would only restart it. */
const JUMP_REST_MS = 500;
const RETRY_MS = [300, 600, 1_200, 2_500, 5_000];
const HIDDEN_MS = 20_000;
/** So long without a message, and it is said that the host's picture stopped. */
const STOPPED_MS = 2_500;
const CLOSED = { roomClosed: 4400, notAllowed: 4402 };

export class Player {
  /** `still`: a canvas behind the video that keeps the last frame while streams change. */
  constructor(video, { url, roomId, now, onstate, still = null }) {
    Object.assign(this, { video, url, roomId, onstate, still });
    this.meter = new LatencyMeter(now);
    this.target = TARGET_S;
    this.faults = 0;
    this._tries = 0;
    this._onVisible = () => this._visibility();
    this._onWaiting = () => { if (this._smooth) this.target = Math.min(MOST_TARGET_S, this.target + 0.04); };
  }

  start() {
    this._running = true;
    document.addEventListener("visibilitychange", this._onVisible);
    this.video.addEventListener("waiting", this._onWaiting);
    this._steering = setInterval(() => this._steer(), STEER_MS);
    this._watchFrames();
    this._connect();
  }

  /** Ends the picture for good. */
  stop() {
    this._running = false;
    clearInterval(this._steering);
    clearTimeout(this._timer);
    clearTimeout(this._hiding);
    document.removeEventListener("visibilitychange", this._onVisible);
    this.video.removeEventListener("waiting", this._onWaiting);
    this._disconnect();
    this._endBuffer();
  }

  /** Plays, in answer to a tap. */
  async play() {
    try {
      await this.video.play();
    } catch (error) {
      if (error.name === "NotAllowedError") this._say("blocked");
      else if (error.name !== "AbortError") console.info("play():", error.message);
    }
  }

  /** Figures for the report and the corner of the picture; null where nothing is known yet. */
  figures() {
    const range = this._buffer?.range;
    return {
      latencyMs: this.meter.ms,
      edgeMs: range ? Math.round((range.end - this.video.currentTime) * 1000) : null,
      dropped: this.video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
      skipped: this._buffer?.skipped ?? 0,
      playing: this._state === "playing",
    };
  }

  _say(state, text = "") {
    if (this._state === state && this._text === text) return;
    this._state = state;
    this._text = text;
    this.onstate(state, text);
  }

  _connect() {
    clearTimeout(this._timer);
    if (this._state !== "playing") this._say("connecting");
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this._socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ media: "watch", room_id: this.roomId }));
    socket.onmessage = ({ data }) => {
      if (socket !== this._socket) return;
      if (typeof data === "string") this._told(JSON.parse(data));
      else this._media(data);
    };
    socket.onclose = ({ code }) => socket === this._socket && this._closed(code);
  }

  _disconnect() {
    const socket = this._socket;
    this._socket = null;
    socket?.close();
  }

  _closed(code) {
    this._socket = null;
    if (!this._running) return;
    if (code === CLOSED.roomClosed || code === CLOSED.notAllowed) {
      this._say("ended"); // the room's own events say more
      return;
    }
    const wait = RETRY_MS[Math.min(this._tries, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2);
    this._tries += 1;
    this._timer = setTimeout(() => this._connect(), wait);
  }

  _told(answer) {
    if (answer.media === "ready") {
      this.mime = answer.mime;
      this.size = { width: answer.width, height: answer.height };
      if (!this._buffer) this._say("waiting");
    } else if (answer.media === "refused") {
      this._say("waiting", answer.message); // the close that follows decides whether to try again
    }
  }

  _media(data) {
    if (data.byteLength <= HEADER) return;
    const view = new DataView(data);
    if (view.getUint8(0) !== 1) return; // a later version's message
    const kind = view.getUint8(1);
    const payload = new Uint8Array(data, HEADER);
    if (kind === KIND.init) this._newStream();
    if (!this._buffer) return;
    if (kind !== KIND.init) {
      this._tries = 0;
      this._heard = performance.now();
      const captured = Number(view.getBigInt64(12));
      if (captured) this.meter.note(Number(view.getBigInt64(4)) / 1e6, captured); // 0: sound, or a slate
    }
    this._buffer.append(payload, kind !== KIND.delta);
  }

  _newStream() {
    this._keepStill();
    this._endBuffer();
    if (!canPlay(this.mime)) {
      this._say("unsupported", `This browser cannot play the picture (${this.mime}). Try a current Chrome, Edge, Firefox or Safari.`);
      return;
    }
    this.meter.reset();
    this._began = this._heard = performance.now();
    this._jumped = 0;
    this._smooth = false;
    this._buffer = new MediaBuffer(this.video, this.mime, (text) => this._fault(text));
  }

  _endBuffer() {
    this._buffer?.destroy();
    this._buffer = null;
  }

  /** Decoding failed: begin again from the init segment, as a newcomer. */
  _fault(text) {
    console.info("The picture begins anew:", text);
    this.faults += 1;
    this._endBuffer();
    this._disconnect();
    if (this._running) this._closed(0);
  }

  /** Called ten times a second: plays, hurries or jumps so that the picture stays close to the live edge. */
  _steer() {
    const { video } = this;
    if (!this._buffer || document.hidden) return;
    const now = performance.now();
    if (now - this._heard > STOPPED_MS) {
      this._say("waiting", "The host's picture has stopped. It comes back by itself.");
      return; // a jump now would only show the last moments again and again
    }
    const { range } = this._buffer; // none before both picture and sound have begun
    if (!range) return;
    const rested = now - this._jumped > JUMP_REST_MS;
    const behind = range.end - video.currentTime;
    const limit = now - this._began < EARLY_MS ? this.target + EARLY_JUMP_S : JUMP_S;
    const outside = video.currentTime < range.start - 0.01 || video.currentTime > range.end + 0.05;
    if (rested && !video.seeking && (behind > limit || outside)) {
      video.currentTime = Math.max(range.start, range.end - this.target);
      this._jumped = now;
    }
    const over = behind - this.target;
    const hurrying = video.playbackRate > 1 ? over > 0 : over > HURRY_S;
    const rate = hurrying ? 1 + Math.min(0.15, Math.max(0.05, over / 2)) : 1;
    if (video.playbackRate !== rate) video.playbackRate = rate;
    if (video.paused && !this._asking && this._state !== "blocked") {
      this._asking = true;
      this.play().finally(() => { this._asking = false; });
    }
    // A minute without a stall earns about 0.06 s less delay.
    if (this._smooth) this.target = Math.max(LEAST_TARGET_S, this.target - 0.0001);
  }

  _watchFrames() {
    const { video } = this;
    if (!video.requestVideoFrameCallback) {
      video.addEventListener("timeupdate", () => this._running && this._presented(video.currentTime, 0));
      return;
    }
    const next = (now, frame) => {
      if (!this._running) return;
      this._presented(frame.mediaTime, frame.expectedDisplayTime - performance.now());
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }

  _presented(mediaTime, aheadMs) {
    if (!this._buffer) return;
    this.meter.shown(mediaTime, aheadMs);
    if (performance.now() - this._heard <= STOPPED_MS) this._say("playing");
    this._smooth = performance.now() - this._began > EARLY_MS;
  }

  /** A stream ends on its last picture, not on black. */
  _keepStill() {
    const { video, still } = this;
    if (!still || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext("2d").drawImage(video, 0, 0);
  }

  /** In the background nobody watches: a silent picture is let go after a while and fetched anew on return. */
  _visibility() {
    clearTimeout(this._hiding);
    if (document.hidden) {
      this._hiding = setTimeout(() => {
        if (!document.hidden || !this.video.muted) return;
        this._keepStill();
        this._disconnect();
        this._endBuffer();
        clearTimeout(this._timer);
        this._say("paused");
      }, HIDDEN_MS);
    } else if (!this._socket && this._running && this._state !== "ended") {
      this._connect();
    }
  }
}
