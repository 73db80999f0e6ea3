/**
 * How old the picture on screen is. Each media message says when its frame was captured (server clock) and which
 * media time it has; each frame the browser presents says its media time. The difference of the clocks is the delay
 * from camera to eye, in a median over about two seconds.
 */

/** Ten seconds at 30 fps: the decoder never holds back more. */
const REMEMBERED = 300;
const SAMPLES = 60;

export class LatencyMeter {
  constructor(now) {
    this._now = now;
    this.reset();
  }

  reset() {
    this._marks = [];
    this._samples = [];
  }

  /** A message arrived: media time in seconds, capture in ms of the server's clock. */
  note(mediaTime, capturedMs) {
    this._marks.push([mediaTime, capturedMs]);
    if (this._marks.length > REMEMBERED) this._marks.shift();
  }

  /** When the frame of that media time was captured, or null when nothing is known about it. */
  capturedAt(mediaTime) {
    for (let i = this._marks.length - 1; i >= 0; i -= 1) {
      const [mark, captured] = this._marks[i];
      // Half a millisecond: presented times are rounded to microseconds on the way.
      if (mark <= mediaTime + 0.0005) return mediaTime - mark < 1 ? captured + (mediaTime - mark) * 1000 : null;
    }
    return null;
  }

  /** A frame is shown; `aheadMs`: how long until it is really on screen. */
  shown(mediaTime, aheadMs = 0) {
    const captured = this.capturedAt(mediaTime);
    if (captured === null) return;
    this._samples.push(this._now() + aheadMs - captured);
    if (this._samples.length > SAMPLES) this._samples.shift();
  }

  /** The median, or null before the first frame. Never negative: clocks may differ by a little. */
  get ms() {
    if (!this._samples.length) return null;
    const sorted = [...this._samples].sort((a, b) => a - b);
    return Math.max(0, Math.round(sorted[sorted.length >> 1]));
  }
}
