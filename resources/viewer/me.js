/**
 * Who is signed in on this page, and with how many coins. Balances are the server's: they are only ever
 * copied from its answers and notices, never computed here.
 *
 * Dispatches `change` whenever the person or the balance is another.
 */

const KEY = "host-studio.token";

/**
 * The token lies in localStorage, not sessionStorage: a followed host must be announced on every open page, so
 * every tab has to be signed in. Against scripts of strangers neither store is a wall; the page's
 * Content-Security-Policy is (no script but ours, no inline code), and the token expires and can be revoked
 * by signing out. It never stands in a URL. Where storage is refused (private windows), it lives as long as the page.
 */
const store = {
  read() {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch (error) {
      console.info("This browser keeps no data for this page; you stay signed in until it is closed.", error.name);
      return "";
    }
  },
  write(token) {
    try {
      if (token) localStorage.setItem(KEY, token);
      else localStorage.removeItem(KEY);
    } catch (error) {
      console.info("The sign-in cannot be kept for later:", error.name);
    }
  },
};

export class Me extends EventTarget {
  constructor() {
    super();
    this.token = store.read();
    this.account = null;
    this.coins = 0;
  }

  get person() {
    return this.account?.person ?? null;
  }

  /** Follows a connection: what it says about the account counts. */
  attach(connection) {
    this.connection = connection;
    connection.addEventListener("identified", ({ detail }) => this._take(detail.account));
    connection.addEventListener("notice", ({ detail }) => detail.balance && this.balance(detail.balance.coins));
    connection.addEventListener("token-refused", () => {
      this._keep("");
      this._take(null);
      this.dispatchEvent(new Event("expired"));
    });
    addEventListener("storage", (event) => event.key === KEY && this._elsewhere(event.newValue ?? ""));
  }

  async signUp(handle, password, name) {
    await this._enter({ do: "sign_up", handle, password, name, role: "viewer" });
  }

  async signIn(handle, password) {
    await this._enter({ do: "sign_in", handle, password });
  }

  async signOut() {
    await this.connection.request({ do: "sign_out" });
    this._keep("");
    this._take(null);
    // A fresh connection cannot be anybody's any more.
    this.connection.reopen("");
  }

  /** A new balance, as the server told it. */
  balance(coins) {
    if (!this.account || coins === this.coins) return;
    this.coins = coins;
    this.dispatchEvent(new Event("change"));
  }

  async _enter(command) {
    const { account, token } = await this.connection.request(command);
    this._keep(token);
    this._take(account);
    this.dispatchEvent(new Event("entered"));
  }

  _keep(token) {
    this.token = this.connection.token = token;
    store.write(token);
  }

  _take(account) {
    this.account = account;
    this.coins = account?.coins ?? 0;
    this.dispatchEvent(new Event("change"));
  }

  /** Signed in or out in another tab: this page follows. */
  _elsewhere(token) {
    if (token === this.token) return;
    this.token = token;
    this.connection.reopen(token);
  }
}
