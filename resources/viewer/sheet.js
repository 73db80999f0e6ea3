/**
 * Sheets: from below on a phone, a panel on a larger screen. A native `<dialog>` keeps the focus inside, closes on
 * Esc, hides the rest from screen readers and gives the focus back; one is open at a time.
 */

import { button, calm, fill, h } from "./dom.js";
import { icon } from "./icons.js";

const LEAVE_MS = 160;

let open = null;

/**
 * Opens a sheet. `build(sheet)` returns its content; `sheet.close()` closes it.
 * `onclose` runs once, however it was closed.
 */
export function openSheet(title, build, { className = "", onclose = () => {} } = {}) {
  open?.close();
  const heading = h("h2", { id: "sheet-title", tabindex: "-1" }, title);
  const body = h("div.sheet-body");
  const dialog = h("dialog.sheet", { "aria-labelledby": "sheet-title" },
    h("div.sheet-head", {}, heading, button("icon-button", "Close", () => sheet.close(), icon("close"))), body);
  if (className) dialog.classList.add(...className.split(" "));
  const sheet = {
    dialog,
    close() {
      if (open !== sheet) return;
      open = null;
      dialog.classList.add("leaving");
      setTimeout(() => {
        dialog.close();
        dialog.remove();
      }, calm() ? 0 : LEAVE_MS);
      onclose();
    },
    retitle: (text) => fill(heading, text),
  };
  open = sheet;
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    sheet.close();
  });
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && sheet.close());
  fill(body, build(sheet));
  document.body.append(dialog);
  dialog.showModal();
  (body.querySelector("[autofocus]") ?? heading).focus();
  return sheet;
}

/** Closes whatever is open. */
export function closeSheet() {
  open?.close();
}

/** A line for what went wrong, in the place where it happened; empty it is not there at all. */
export function errorLine() {
  const line = h("p.error-line", { role: "alert", hidden: true });
  return {
    element: line,
    say(text, ...more) {
      fill(line, icon("error"), h("span", {}, text), ...more);
      line.hidden = false;
    },
    clear() {
      line.hidden = true;
      fill(line);
    },
  };
}
