/** Signing up, in and out: the button in the bar and its sheets. */

import { bdi, button, fill, h, label } from "./dom.js";
import { count, hueOf, initialOf, nameOf } from "./format.js";
import { icon } from "./icons.js";
import { errorLine, openSheet } from "./sheet.js";

/** A person's disc: their first letter on their colour. */
export function avatar(person, size = "") {
  return h("span.avatar", { class: size ? `avatar ${size}` : "avatar", "data-hue": hueOf(person), "aria-hidden": "true" }, initialOf(person));
}

export class Account {
  constructor({ me, connection, notices, shop }) {
    Object.assign(this, { me, connection, notices, shop });
    this.element = h("div.account");
    // Made once: a button that is replaced while it is pressed is not pressed.
    this._signIn = button("primary.small", "", () => this.openSignIn(), "Sign in");
    this._figure = h("span.figure");
    this._coins = button("pill.coins", "", () => this.shop.open(), icon("coin"), this._figure);
    this._who = button("avatar-button", "", () => this._menu());
    me.addEventListener("change", () => this._draw());
    me.addEventListener("expired", () => notices.toast("Your sign-in has run out. Sign in again.", { symbol: "lock" }));
    this._draw();
  }

  /** Runs `then` at once when signed in, otherwise after a sign-in that says what it is for. */
  need(reason, then) {
    if (this.me.account) return void then();
    this.openSignIn(reason, then);
  }

  openSignIn(reason = "", then = () => {}) {
    openSheet("Sign in", (sheet) => this._forms(sheet, reason, then), { className: "narrow" });
  }

  _draw() {
    const { me } = this;
    const shown = me.account ? [this._coins, this._who] : [this._signIn];
    if (this.element.firstChild !== shown[0]) fill(this.element, shown);
    if (!me.account) return;
    this._figure.textContent = count(me.coins);
    label(this._coins, `${count(me.coins)} coins. Open the shop`);
    if (this._whose === me.person.id) return;
    this._whose = me.person.id;
    label(this._who, `Account of ${nameOf(me.person)}`);
    fill(this._who, avatar(me.person));
  }

  _menu() {
    const { me } = this;
    const error = errorLine();
    const leave = async (sheet) => {
      try {
        await me.signOut();
        sheet.close();
      } catch (problem) {
        error.say(problem.message);
      }
    };
    openSheet("Your account", (sheet) => [
      h("div.who", {}, avatar(me.person, "large"),
        h("div", {}, h("div.strong.elide", {}, bdi(nameOf(me.person))), h("div.quiet.elide", {}, `@${me.person.handle}`))),
      h("div.figures", {}, h("div", {}, h("span", {}, "Balance"), h("strong.gold.figure", {}, `${count(me.coins)} coins`))),
      button("control.wide", "", () => this.shop.open(), icon("coin"), "Buy coins"),
      button("control.wide", "", () => leave(sheet), icon("sign-out"), "Sign out"),
      error.element,
    ], { className: "narrow" });
  }

  _forms(sheet, reason, then) {
    const box = h("div");
    const limits = () => this.connection.welcome?.limits ?? { handle_max: 24, password_min: 8, password_max: 256, display_name_max: 200 };
    const show = (joining) => {
      sheet.retitle?.(joining ? "Create an account" : "Sign in");
      fill(box, this._form(joining, limits(), () => { sheet.close(); then(); }),
        h("p.switch", {}, joining ? "You have an account? " : "New here? ",
          button("link", "", () => { show(!joining); box.querySelector("input").focus(); }, joining ? "Sign in" : "Create an account")));
    };
    show(false);
    return [reason && h("p.quiet", {}, reason), box];
  }

  _form(joining, limits, done) {
    const error = errorLine();
    const handle = field("Handle", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false",
      required: true, minlength: 2, maxlength: limits.handle_max, pattern: "[A-Za-z0-9._\\-]+", autofocus: true },
    joining ? `2 to ${limits.handle_max} letters, digits, dots, dashes or underscores` : "");
    const name = field("Name shown to others", { name: "name", autocomplete: "nickname", maxlength: limits.display_name_max, dir: "auto" }, "Optional");
    const password = field("Password", { name: "password", type: "password", required: true, minlength: joining ? limits.password_min : 1,
      maxlength: limits.password_max, autocomplete: joining ? "new-password" : "current-password" },
    joining ? `At least ${limits.password_min} characters` : "");
    const submit = h("button.primary.wide", { type: "submit" }, joining ? "Create account" : "Sign in");
    const form = h("form", { novalidate: true }, handle, joining && name, password, error.element, submit);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wrong = [...form.elements].find((input) => input.willValidate && !input.checkValidity());
      if (wrong) {
        error.say(complaint(wrong, limits));
        wrong.focus();
        return;
      }
      submit.disabled = true;
      error.clear();
      try {
        if (joining) await this.me.signUp(handle.input.value, password.input.value, name.input.value.trim());
        else await this.me.signIn(handle.input.value, password.input.value);
        done();
      } catch (problem) {
        error.say(problem.message);
        password.input.select();
      } finally {
        submit.disabled = false;
      }
    });
    return form;
  }
}

function complaint(input, limits) {
  if (input.name === "username") return `A handle is 2 to ${limits.handle_max} letters, digits, dots, dashes or underscores.`;
  if (input.name === "password" && input.value) return `A password has at least ${limits.password_min} characters.`;
  if (input.name === "password") return "Enter your password.";
  return input.validationMessage;
}

/** A labelled input with a hint; `.input` is the input itself. */
export function field(label, attributes, hint = "") {
  const input = h("input", attributes);
  const element = h("label.field", {}, h("span.field-label", {}, label), input, hint && h("span.hint", {}, hint));
  element.input = input;
  return element;
}
