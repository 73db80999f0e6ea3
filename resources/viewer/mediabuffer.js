/**
 * One stream into one `<video>`: a MediaSource and its SourceBuffer, fed in order and kept small.
 *
 * What waits to be appended is bounded in bytes: beyond that everything up to the next keyframe is thrown
 * away (counter `skipped`), because a picture far behind is worth less than a jump.
 */

const MOST_WAITING_BYTES = 6 * 1024 * 1024;
/** Seconds kept behind what is shown, and how much more may gather before it is cut off. */
const KEEP_S = 4;
const TRIM_AFTER_S = 8;

// iPhones have only the managed kind.
const Source = globalThis.ManagedMediaSource ?? globalThis.MediaSource;

/** Whether this browser can play `mime` from a stream at all. */
export function canPlay(mime) {
  return Boolean(Source?.isTypeSupported(mime));
}

export class MediaBuffer {
  /** `onfault(text)` is called once, when this stream cannot go on. */
  constructor(video, mime, onfault) {
    this.video = video;
    this.skipped = 0;
    this._fault = (text) => { this._fault = () => {}; onfault(text); };
    this._waiting = [];
    this._bytes = 0;
    this._source = new Source();
    this._url = URL.createObjectURL(this._source);
    this._source.addEventListener("sourceopen", () => this._opened(mime), { once: true });
    video.disableRemotePlayback = true; // the managed kind asks for it
    video.onerror = () => this._fault(video.error?.message || "The picture could not be decoded.");
    video.src = this._url;
  }

  /** Takes the bytes of one message. `keyframe`: decoding can begin here (init segments too). */
  append(bytes, keyframe) {
    if (this._bytes > MOST_WAITING_BYTES) this._starved = true;
    if (this._starved && !keyframe) {
      this.skipped += 1;
      return;
    }
    if (this._starved) {
      this.skipped += this._waiting.length;
      this._waiting = [];
      this._bytes = 0;
      this._starved = false;
    }
    this._waiting.push(bytes);
    this._bytes += bytes.byteLength;
    this._feed();
  }

  /** The newest stretch that is buffered, as {start, end} in media seconds, or null. */
  get range() {
    const { buffered } = this.video;
    const last = buffered.length - 1;
    return last < 0 ? null : { start: buffered.start(last), end: buffered.end(last) };
  }

  destroy() {
    this._fault = () => {};
    this.video.onerror = null;
    this._waiting = [];
    this._buffer = null;
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this._url);
  }

  _opened(mime) {
    if (this.video.src !== this._url) return; // destroyed meanwhile
    try {
      this._source.duration = Infinity;
      this._buffer = this._source.addSourceBuffer(mime);
    } catch (error) {
      this._fault(`This browser cannot play the picture (${error.message}).`);
      return;
    }
    this._buffer.addEventListener("updateend", () => this._feed());
    this._buffer.addEventListener("error", () => this._fault("The stream is damaged."));
    this._feed();
  }

  _feed() {
    const buffer = this._buffer;
    if (!buffer || buffer.updating || this.video.error) return;
    try {
      if (this._trim()) return;
      if (!this._waiting.length) return;
      const bytes = joined(this._waiting, this._bytes);
      buffer.appendBuffer(bytes);
      this._waiting = [];
      this._bytes = 0;
    } catch (error) {
      if (error.name === "QuotaExceededError") this._trim(true);
      else this._fault(error.message);
    }
  }

  /** Cuts off what has been shown; true when a removal is under way. */
  _trim(now = false) {
    const { buffered, currentTime } = this.video;
    const end = currentTime - (now ? 1 : KEEP_S);
    if (!buffered.length || end <= buffered.start(0)) return false;
    if (!now && currentTime - buffered.start(0) < TRIM_AFTER_S) return false;
    this._buffer.remove(buffered.start(0), end);
    return true;
  }
}

function joined(parts, size) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
