/** Puts the page together: the bar, the connection, and which view an address means. Holds no logic of its own. */

import { Account } from "./account.js";
import { Connection } from "./connection.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { Me } from "./me.js";
import { Notices } from "./notices.js";
import { RoomView } from "./room.js";
import { RoomsView } from "./rooms.js";
import { closeSheet } from "./sheet.js";
import { Shop } from "./shop.js";

const NAME = "Host Studio";
const ROOM = /^\/room\/([A-Za-z0-9_.:-]{1,64})$/;

const base = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
const main = h("main", { id: "main", tabindex: "-1" });
const me = new Me();
const connection = new Connection(`${base}/ws/events`, me.token);
me.attach(connection);
const notices = new Notices({ connection, go });
const shop = new Shop({ connection, me, notices });
const account = new Account({ me, connection, notices, shop });
const app = { connection, me, notices, shop, account, watchUrl: `${base}/ws/watch` };

let view = null;

function show() {
  const room = ROOM.exec(location.pathname);
  view?.stop();
  closeSheet();
  view = room ? new RoomView(room[1], app) : new RoomsView(app);
  document.body.dataset.view = room ? "room" : "rooms";
  const title = () => { document.title = `${view.title} · ${NAME}`; };
  view.dispatchTitle = title;
  title();
  fill(main, view.element);
  view.start();
}

/** Goes to an address of this page without loading it anew. */
function go(path) {
  if (path === location.pathname) return;
  history.pushState(null, "", path);
  show();
  main.focus({ preventScroll: true });
}

document.body.prepend(
  h("a.skip", { href: "#main" }, "Skip to content"),
  h("header.bar", {}, h("a.logo", { href: "/", "data-link": true }, icon("logo"), NAME),
    h("span.tag.test-tag", { title: "Coins here are test money: nothing is charged" }, "Test money"), h("div.spacer"), account.element),
  main,
);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-link]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", show);
connection.addEventListener("identified", ({ detail }) => { document.body.dataset.testMoney = String(detail.test_money); });
connection.start();
show();
