// The frame of the page: its address, the histories it fetches, its colours, the sheet of levers.
const THEMES = ["auto", "light", "dark"];
const THEME_KEY = "greatpowers-theme";
let turn = 0;
let first = true;

let held = {}; // histories by name: the one that did not change is not fetched again

async function fetchHistory(session, name) {
  if (held[name]) return held[name];
  const response = await fetch(`/histories/${session}/${name}`);
  return response.status === 200 ? response.json() : null;
}

// `told`: which session and histories, and where the first one shown is to start.
async function fetchHistories(told) {
  const mine = ++turn;
  const [a, b] = await Promise.all(["a", "b"].map((which) => fetchHistory(told.session, told.names[which])));
  if (mine !== turn || !a || !b) return; // a newer history is on its way
  held = {[told.names.a]: a, [told.names.b]: b};
  a.key = b.key = told.key;
  const bus = window.greatpowers;
  bus?.setPayload(a, "a");
  bus?.setPayload(b, "b");
  document.documentElement.dataset.history = told.key;
  if (!first) return;
  first = false;
  if (told.cursor) bus?.setCursor(told.cursor);
  else if (told.play && !matchMedia("(prefers-reduced-motion: reduce)").matches) bus?.play();
}

function address(link) {
  const url = `/?s=${link}`;
  if (location.pathname + location.search !== url) history.replaceState(history.state, "", url);
}

function busy(now) {
  document.documentElement.toggleAttribute("data-busy", now);
}

function notify(message, type) {
  window.Quasar.Notify.create({message, type, timeout: 4000, position: "bottom"});
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    notify("The link is copied. It holds everything you have set.", "positive");
  } catch {
    notify("The browser does not let the page copy; copy the address from its bar.", "warning");
  }
}

function take(url) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = "";
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
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

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("gp-sheet-open")) sheet(false);
});
addEventListener("load", dress);

window.gpShell = {address, busy, copyLink, fetchHistories, nextTheme, sheet, take};
