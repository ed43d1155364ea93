// The frame of the page: its address, the histories it shows, its colours, the sheet of levers.
import { shownHistory } from "./bench.js";

const THEMES = ["auto", "light", "dark"];
const THEME_KEY = "greatpowers-theme";
const LONGEST_PAUSE = 2000; // ms between two attempts to find a server again that has gone away
let turn = 0;
let first = true;

// The path under which a proxy serves the page; empty for none.
const prefix = () => window.path_prefix ?? "";

let held = {}; // histories by name: the one that did not change is not played again

// The link holds everything, so loading the page again is always a way out.
function lost() {
  document.documentElement.dataset.lost = "";
  window.Quasar.Notify.create({
    message: "This history did not arrive. Load the page again: its link has everything you set.",
    type: "negative",
    position: "top",
    timeout: 0,
    group: "lost",
    actions: [{ label: "Load again", color: "white", handler: () => location.reload() }],
  });
}

// `news`: which session and histories, and where the first one shown is to start.
async function fetchHistories(news) {
  const mine = ++turn;
  busy(true, "fetching");
  const both = ["a", "b"].map(
    (which) => held[news.names[which]] ?? shownHistory(news.session, news.names[which], which),
  );
  const [a, b] = await Promise.all(both).catch(() => {
    if (mine !== turn) return [];
    lost();
    busy(false, "fetching");
    return [];
  });
  if (mine !== turn || !a || !b) return; // a newer history is on its way
  held = { [news.names.a]: a, [news.names.b]: b };
  a.key = b.key = news.key;
  await window.gpBench?.shown(news.session, a, b);
  if (mine !== turn) return;
  const bus = window.greatpowers;
  bus?.setPayload(a, "a");
  bus?.setPayload(b, "b");
  busy(false, "fetching");
  document.documentElement.dataset.history = news.key;
  if (!first) return;
  first = false;
  if (news.cursor) bus?.setCursor(news.cursor);
  else if (news.play) bus?.begin();
  document.documentElement.dataset.begun = "";
}

function address(link) {
  const url = `${prefix()}/?s=${link}`;
  if (location.pathname + location.search !== url) history.replaceState(history.state, "", url);
}

const reasons = new Set();

// Whether something is on its way, for one reason or another.
function busy(now, why = "server") {
  reasons[now ? "add" : "delete"](why);
  document.documentElement.toggleAttribute("data-busy", reasons.size > 0);
}

function notify(message, type) {
  window.Quasar.Notify.create({ message, type, timeout: 4000, position: "bottom" });
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    notify("The link is copied. It holds everything you have set.", "positive");
  } catch {
    notify("The browser does not let the page copy; copy the address from its bar.", "warning");
  }
}

// Fetched first, so that what cannot be had is said in the page and not by the browser.
async function take(url) {
  const response = await fetch(prefix() + url).catch(() => null);
  if (!response?.ok) return notify((await response?.text()) || "The server does not answer.", "warning");
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(await response.blob());
  anchor.download = /filename="([^"]+)"/.exec(response.headers.get("content-disposition"))?.[1] ?? "";
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}

function theme() {
  return THEMES.includes(localStorage.getItem(THEME_KEY)) ? localStorage.getItem(THEME_KEY) : "auto";
}

function dress() {
  window.Quasar?.Dark.set(theme() === "auto" ? "auto" : theme() === "dark");
  document.dispatchEvent(new CustomEvent("gp-theme"));
}

// One press turns to the other of what is seen now.
function nextTheme() {
  localStorage.setItem(THEME_KEY, window.Quasar.Dark.isActive ? "light" : "dark");
  dress();
}

function sheet(open) {
  document.body.classList.toggle("gp-sheet-open", open);
  document.querySelector("[data-testid=open-levers]")?.setAttribute("aria-expanded", String(open));
  const target = open ? ".gp-close-levers" : "[data-testid=open-levers]";
  document.querySelector(target)?.focus();
}

function open(tab) {
  document.querySelector(`[data-testid=tab-${tab}]`)?.click();
}

// The levers are there once the other tab is: a sheet where there is no room for a column.
function toLevers(tries = 120) {
  const slider = document.querySelector(".gp-levers input[type=range]");
  if (document.querySelector(".gp-open-levers")?.offsetParent) sheet(true);
  else if (slider?.offsetParent) slider.focus();
  else if (tries) requestAnimationFrame(() => toLevers(tries - 1));
}

addEventListener("gp-why", () => {
  open("world");
  window.greatpowers.begin();
});
addEventListener("gp-what-if", () => {
  open("world");
  toLevers();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("gp-sheet-open")) sheet(false);
});
addEventListener("load", () => {
  dress();
  window.Quasar?.LoadingBar?.setDefaults({ hijackFilter: () => false }); // the page says itself what it waits for
  window.socket?.io?.reconnectionDelayMax(LONGEST_PAUSE);
});

window.gpShell = { address, busy, copyLink, fetchHistories, nextTheme, sheet, take };
