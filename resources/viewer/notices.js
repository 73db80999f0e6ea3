/**
 * What is told wherever on the page one is: toasts, the line about a lost connection, and hosts that started.
 */

import { bdi, button, fill, h } from "./dom.js";
import { nameOf, plural } from "./format.js";
import { icon } from "./icons.js";

const TOAST_MS = 6_000;
const MOST_TOASTS = 3;
/** A cut shorter than this is not worth a line. */
const GRACE_MS = 600;

export class Notices {
  constructor({ connection, go }) {
    this.connection = connection;
    this.go = go;
    this.toasts = h("div.toasts", { popover: "manual", role: "status", "aria-live": "polite" });
    this.line = h("div.lost-line", { role: "status", hidden: true });
    document.body.append(this.line, this.toasts);
    connection.addEventListener("notice", ({ detail }) => detail.host_started && this._hostStarted(detail.host_started));
    connection.addEventListener("state", ({ detail }) => this._state(detail));
    connection.addEventListener("recovered", ({ detail }) => this._recovered(detail));
  }

  /** A short message at the top. `action`: {label, run}. */
  toast(content, { kind = "info", symbol = "info", action = null } = {}) {
    const close = () => {
      clearTimeout(timer);
      toast.remove();
      if (!this.toasts.childElementCount && this.toasts.matches(":popover-open")) this.toasts.hidePopover();
    };
    const toast = h(`div.toast.${kind}`, {}, icon(symbol), h("div.toast-text", {}, content),
      action && button("link", "", () => { close(); action.run(); }, action.label),
      button("icon-button", "Dismiss", close, icon("close")));
    const timer = setTimeout(close, action ? 2 * TOAST_MS : TOAST_MS);
    while (this.toasts.childElementCount >= MOST_TOASTS) this.toasts.firstElementChild.remove();
    this.toasts.append(toast);
    // Shown anew each time: what came last into the top layer lies above an open sheet.
    if (this.toasts.matches(":popover-open")) this.toasts.hidePopover();
    this.toasts.showPopover();
  }

  _hostStarted({ room_id: roomId, host, title }) {
    const watch = () => this.go(`/room/${roomId}`);
    this.toast([bdi(nameOf(host), "strong"), " is LIVE", title ? [": ", bdi(title)] : null],
      { kind: "live", symbol: "live-dot", action: { label: "Watch", run: watch } });
    if (document.hidden && globalThis.Notification?.permission === "granted") {
      try {
        const note = new Notification(`${nameOf(host)} is LIVE`, { body: title, tag: roomId });
        note.onclick = () => { window.focus(); watch(); note.close(); };
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // Chrome on Android has the class but wants a service worker
        console.info("No system notification here:", error.message);
      }
    }
  }

  /** After a follow: offers to be told even when the page is in the background. */
  offerNotifications(host) {
    if (globalThis.Notification?.permission !== "default") return;
    this.toast(["Know at once when ", bdi(nameOf(host), "strong"), " goes LIVE?"],
      { symbol: "bell", action: { label: "Turn on", run: () => Notification.requestPermission() } });
  }

  _state(state) {
    clearTimeout(this._grace);
    clearInterval(this._countdown);
    if (state.phase === "open" || state.phase === "connecting") {
      this._wasLost = this._wasLost || !this.line.hidden;
      this.line.hidden = true;
      if (state.phase === "open" && this._wasLost && !this.connection.rooms.size) this._recovered({ count: 0 });
      return;
    }
    const show = () => {
      this.line.hidden = false;
      if (state.phase === "stopped") {
        fill(this.line, icon("warning"), h("span", {}, state.message),
          button("link", "", () => location.reload(), "Reload"));
        return;
      }
      const left = h("span.figure");
      fill(this.line, icon("warning"), h("span", {}, "Connection lost. ", left),
        button("link", "", () => this.connection.retryNow(), "Retry now"));
      const tick = () => {
        const seconds = Math.ceil((state.retryAt - performance.timeOrigin - performance.now()) / 1000);
        const text = seconds > 0 ? `Trying again in ${seconds} s.` : "Trying now…";
        if (left.textContent !== text) left.textContent = text;
      };
      tick();
      this._countdown = setInterval(tick, 250);
    };
    if (this.line.hidden && state.phase !== "stopped") this._grace = setTimeout(show, GRACE_MS);
    else show();
  }

  _recovered({ count }) {
    if (!this._wasLost && !count) return;
    this._wasLost = false;
    const what = count ? `${plural(count, "event")} caught up, none missing.` : "Nothing was missed.";
    this.toast(`Connected again. ${what}`, { kind: "good", symbol: "check" });
  }
}
