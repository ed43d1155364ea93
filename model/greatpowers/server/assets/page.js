// The page: its bar, levers, tabs and notices. It is the same where a server answers and where it is a file on its own: what
// only a server can do is then not offered.
import { bench, keyOf, worldOf } from "./bench.js";
import { bus } from "./bus.js";
import { openAbout, openExport, openUpload } from "./dialogs.js";
import { choice, h, options } from "./draw.js";
import { takeCountries } from "./geometry.js";
import { given, host } from "./host.js";
import { icon } from "./icons.js";
import "./levers.js";
import { notice, notify, warn } from "./notices.js";
import { isEmpty, nothingSet } from "./policies.js";
import { powersPanel } from "./powers.js";
import { questionView, showAnswer } from "./question.js";
import { schedulePanel } from "./schedule.js";
import { inAnotherWorld, lab, linkOf, settingsFor, stateIn } from "./store.js";
import { offerTour, startTour } from "./tour.js";
import { compareView, worldView } from "./views.js";

const MOST_SEED = 10_000; // seeds that a new random draw takes from: short enough to be read out
const OWN_FILE = "own file"; // choice that opens the dialog for a file of one's own
const THEME = "greatpowers-theme";
const find = (testid) => document.querySelector(`[data-testid=${testid}]`);

// --- The bar

function field(label, classes, control) {
  return h(`label.gp-field${classes}`, h("span", label), control);
}

function worldChoice() {
  if (!host.served) return h("p.gp-world-title", given.world.shared.title);
  const refresh = () => {
    const { scenario, upload } = lab.state();
    const own = upload === null ? {} : { own: "own file" };
    const worlds = { ...given.scenarios, ...own, [OWN_FILE]: "Own file…" };
    select.replaceChildren(...options(Object.entries(worlds), scenario));
  };
  const select = choice("select", { "data-testid": "scenario" }, [], "", async (name) => {
    if (name === OWN_FILE) openUpload();
    else await chooseWorld(name);
    refresh(); // what did not come to be is not shown
  });
  lab.on("state", refresh);
  refresh();
  return field("World", ".gp-scenario", select);
}

// Another world, with the policies that its question asks about; of several choices the last one holds.
let choices = 0;
async function chooseWorld(name) {
  const mine = ++choices;
  const state = lab.state();
  const fields = { ...inAnotherWorld(state), upload: state.upload, scenario: name };
  try {
    const { asked } = await worldOf({ ...state, ...fields });
    if (mine !== choices) return;
    const untouched = { ...nothingSet(), changes: [], against_set: nothingSet() };
    const touched = ["a", "b"].some((which) => !isEmpty(settingsFor(state, which))) || state.changes.length;
    if (asked && touched) notify("This world opens with the policies of its own question; undo brings yours back.");
    lab.change({ ...fields, ...(asked ? { ...untouched, policy: asked[0], against: asked[1] } : {}) });
  } catch (error) {
    warn(error.message);
  }
}

function policyChoice(name, label, classes, fields) {
  const change = (policy) => lab.change({ [name]: policy, ...fields() });
  const select = choice("select", { "data-testid": name }, [], "", change);
  const refresh = () => {
    select.value = lab.state()[name];
  };
  bench.on("world", ({ presets }) => {
    select.replaceChildren(...options(presets.map((preset) => [preset.name, preset.title])));
    refresh();
  });
  lab.on("state", refresh);
  return field(label, `.gp-policy.${classes}`, select);
}

function seedChoice() {
  const input = h("input", { type: "number", min: 0, max: Number.MAX_SAFE_INTEGER, step: 1, "data-testid": "seed" });
  const refresh = () => {
    input.value = lab.state().seed;
  };
  input.addEventListener("change", () => {
    const seed = input.valueAsNumber;
    if (Number.isSafeInteger(seed) && seed >= 0) lab.change({ seed }, "seed");
    else refresh();
  });
  const another = () => lab.change({ seed: Math.floor(Math.random() * MOST_SEED) });
  const named = { "data-testid": "another-world", "aria-label": "New random draw of luck", onclick: another };
  lab.on("state", refresh);
  refresh();
  return h("div.gp-seed", field("Luck (seed)", "", input), h("button.gp-button", named, icon("luck"), "New draw"));
}

function action(sign, label, testid, click) {
  const named = { "aria-label": label, title: label, "data-testid": testid, onclick: click };
  return h("button.gp-icon", named, icon(sign));
}

function actions() {
  const undo = action("undo", "Undo", "undo", lab.undo);
  const redo = action("redo", "Redo", "redo", lab.redo);
  const refresh = () => {
    undo.disabled = !lab.canUndo();
    redo.disabled = !lab.canRedo();
  };
  lab.on("state", refresh);
  refresh();
  return h(
    "div.gp-actions",
    { role: "group", "aria-label": "Page" },
    undo,
    redo,
    HAS_ADDRESS ? action("link", "Copy the link to this page", "copy-link", copyLink) : null,
    host.served ? action("save", "Export run, figures and data", "export", openExport) : null,
    action("theme", "Light or dark", "theme", nextTheme),
    action("about", "About this page", "about", openAbout),
    action("help", "Guided tour", "tour", () => startTour(given.tour)),
  );
}

function bar() {
  return h(
    "header.gp-bar",
    h("div.gp-brand", h("h1", "great", h("b", "powers"))),
    h(
      "div.gp-choices",
      { role: "group", "aria-label": "What is played" },
      worldChoice(),
      policyChoice("policy", "Policy", "gp-is-a", () => ({ ...nothingSet(), changes: [] })),
      policyChoice("against", "Compared with", "gp-is-b", () => ({ against_set: nothingSet() })),
      seedChoice(),
    ),
    actions(),
  );
}

// --- Tabs: a view is built when it is first looked at

const VIEWS = {
  question: { title: "Question", build: questionView },
  world: { title: "World", build: worldView },
  compare: { title: "Compare", build: compareView },
  play: { title: "Play", served: true, build: async () => (await import("./play.js")).playView() },
  results: { title: "Results", served: true, build: async () => (await import("./results.js")).resultsView() },
};

// A page on its own has no more than what it was given.
function isOffered(name) {
  return host.served || !(VIEWS[name].served || (name === "question" && !given.answer));
}

function tabs() {
  const offered = Object.entries(VIEWS).filter(([name]) => isOffered(name));
  const open = (name) => lab.change({ view: name });
  const buttons = offered.map(([name, { title }], at) =>
    h(
      "button.gp-tab",
      {
        role: "tab",
        id: `tab-${name}`,
        "aria-controls": `view-${name}`,
        "data-testid": `tab-${name}`,
        onclick: () => open(name),
        onkeydown: (event) => {
          const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          open(offered.at(to % offered.length)[0]);
          buttons.at(to % offered.length).focus();
        },
      },
      title,
    ),
  );
  const panels = offered.map(([name]) =>
    h("section.gp-panel", { role: "tabpanel", id: `view-${name}`, "aria-labelledby": `tab-${name}`, hidden: true }),
  );
  const built = new Set();
  const show = () => {
    const { view } = lab.state();
    document.body.dataset.view = view;
    offered.forEach(([name, { build }], at) => {
      const on = name === view;
      buttons[at].setAttribute("aria-selected", String(on));
      buttons[at].tabIndex = on ? 0 : -1;
      panels[at].hidden = !on;
      if (!on || built.has(name)) return;
      built.add(name);
      Promise.resolve(build()).then((element) => panels[at].append(element));
    });
  };
  lab.on("state", show);
  const levers = action("levers", "Levers", "open-levers", () => sheet(true));
  levers.classList.add("gp-open-levers");
  levers.append(h("span", "Levers"));
  levers.setAttribute("aria-controls", "levers");
  levers.setAttribute("aria-expanded", "false");
  const list = h(
    "div.gp-tabs",
    h("div.gp-tablist", { role: "tablist", "aria-label": "Views" }, ...buttons),
    status(),
    levers,
  );
  return { list, panels, show };
}

// What the numbers on the page rest on, and whether more are on their way.
function status() {
  const runs = h("span", { id: "gp-runs" }, "playing…");
  const shown = h("div.gp-status", { role: "status", "data-testid": "status" }, runs);
  bench.on("say", ({ count }) => {
    if (count === undefined) return;
    const { runs: settings } = bench.world();
    if (count % settings.step !== 0) return;
    const last = count === settings.count;
    runs.textContent = last
      ? `${count} matched histories of each policy`
      : `${count} histories each, more are being played`;
  });
  lab.on("played", () => {
    runs.textContent = "playing…";
  });
  bench.on("fault", (sentence) => {
    if (sentence) runs.textContent = "not played";
  });
  return shown;
}

const reasons = new Set();
bench.on("busy", (now, why = "history") => {
  reasons[now ? "add" : "delete"](why);
  document.documentElement.toggleAttribute("data-busy", reasons.size > 0);
});

// --- Levers: a column, or a sheet where there is no room for one

function side() {
  const close = h("button.gp-icon.gp-close-levers", { "aria-label": "Close the levers" }, icon("down"));
  close.addEventListener("click", () => sheet(false));
  return h(
    "aside.gp-levers",
    { id: "levers", "aria-label": "Levers" },
    h("div.gp-side-head", h("h2", "Levers"), close),
    schedulePanel(),
    h("gp-levers"),
    host.served ? powersPanel() : null,
  );
}

function sheet(open) {
  document.body.classList.toggle("gp-sheet-open", open);
  find("open-levers").setAttribute("aria-expanded", String(open));
  (open ? document.querySelector(".gp-close-levers") : find("open-levers")).focus();
}

function toLevers() {
  if (find("open-levers").offsetParent) sheet(true);
  else document.querySelector("gp-levers input[type=range]").focus();
}

// To the button that plays, wherever it is shown; before it come the levers, the map and all that is on it.
function toPlaying() {
  const shown = () => [...document.querySelectorAll("[data-testid=time-play]")].find((play) => play.checkVisibility());
  if (!shown()) lab.change({ view: "world" });
  requestAnimationFrame(() => shown()?.focus());
}

// --- Colours

const dark = matchMedia("screen and (prefers-color-scheme: dark)");
const stored = () => {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null; // a page within a notebook has no memory of its own
  }
};

function dress() {
  const theme = stored() ?? document.body.dataset.theme;
  document.body.classList.toggle("body--dark", theme ? theme === "dark" : dark.matches);
  document.dispatchEvent(new CustomEvent("gp-theme"));
}

// One press turns to the other of what is seen now.
function nextTheme() {
  const theme = document.body.classList.contains("body--dark") ? "light" : "dark";
  document.body.dataset.theme = theme;
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // it holds as long as the page does
  }
  dress();
}

// --- The address holds everything that is set

const HAS_ADDRESS = location.protocol !== "about:"; // a page in a notebook's cell has none
const addressOf = (link) => (host.served ? `${location.pathname}?s=${link}` : `#s=${link}`);
const REST = 200; // ms; browsers count how often an address is written
let [written, resting] = [0, 0];

// A cursor that moves is written where it comes to rest.
function writeAtRest() {
  clearTimeout(resting);
  resting = setTimeout(writeAddress, REST);
}

async function writeAddress() {
  if (!HAS_ADDRESS) return;
  const mine = ++written;
  try {
    const link = await linkOf({ ...lab.state(), cursor: bus.cursor() });
    if (mine === written) history.replaceState(history.state, "", addressOf(link));
  } catch (error) {
    notify(error.message, "warning");
  }
}

async function copyLink() {
  await writeAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    notify("The link is copied. It holds everything you have set.", "positive");
  } catch {
    notify("The browser does not let the page copy; copy the address from its bar.", "warning");
  }
}

// A page on its own is told by its address what was set; what it does not know is said, and changes nothing. Whether it was
// told anything.
async function readAddress() {
  const link = host.served ? null : location.hash.match(/^#s=([\w-]+)$/)?.[1];
  if (!link) return false;
  try {
    const state = await stateIn(link);
    const known = new Set(given.world.presets.map(({ name }) => name));
    const followed = [state.policy, state.against, ...state.changes.map(({ policy }) => policy).filter(Boolean)];
    const missing = followed.find((name) => !known.has(name));
    if (missing) throw new Error(`this page has no policy '${missing}'.`);
    if (state.scenario !== given.state.scenario) throw new Error(`it is of another world, '${state.scenario}'.`);
    if (keyOf(state) !== keyOf(lab.state())) throw new Error("it changes the world itself, which this page cannot.");
    const places = [state, state.against_set, ...state.changes].flatMap((set) => Object.keys(set.places));
    const nowhere = places.find((place) => given.world.shared.theatres.every(({ id }) => id !== place));
    if (nowhere) throw new Error(`this page has no place '${nowhere}'.`);
    lab.change({ ...state, view: isOffered(state.view) ? state.view : "world" });
    warn("");
    return true;
  } catch (error) {
    warn(`This link could not be opened: ${error.message}`);
    return false;
  }
}

// --- The question

const UNANSWERED = "The question of this world could not be answered; the server's terminal says why.";
let asked = null;

// Ask anew when another world is shown; an answer comes in parts, each better than the one before.
async function ask() {
  const { view, scenario, upload, synthetic } = lab.state();
  const of = JSON.stringify([scenario, upload, synthetic]);
  if (view !== "question" || of === asked) return;
  asked = of;
  if (!host.served) return showAnswer(given.answer);
  showAnswer(undefined);
  try {
    const { body } = await host.post("answer", { state: lab.state() });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let [rest, latest] = ["", undefined];
    for (let part = await reader.read(); !part.done && of === asked; part = await reader.read()) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        latest = JSON.parse(line);
        showAnswer(latest);
      }
    }
    if (of === asked && latest !== null && !latest?.last) warn(UNANSWERED);
  } catch (error) {
    if (of === asked) warn(error.message);
  }
}

// --- Beginning

async function begin() {
  await readAddress();
  const { list, panels, show } = tabs();
  const main = h("main.gp-main", { id: "view", tabindex: -1 }, list, ...panels);
  const skips = [
    h("a.gp-skip", { href: "#view" }, "Skip to the view"),
    h("button.gp-skip", { onclick: toPlaying }, "Skip to playing the history"),
  ];
  document.getElementById("page").replaceChildren(...skips, bar(), notice, h("div.gp-body", side(), main));
  dark.addEventListener("change", dress);
  dress();
  if (given.world?.countries) takeCountries(given.world.countries);
  let faulty = false;
  bench.on("fault", (sentence) => {
    if (sentence || faulty) warn(sentence); // what else a notice says is not put right by a history
    faulty = Boolean(sentence);
    document.documentElement.toggleAttribute("data-lost", faulty);
  });
  lab.on("state", writeAddress);
  lab.on("state", ask);
  bus.on("cursor", writeAtRest);
  const start = lab.state().cursor;
  const off = bus.on("payload", () => {
    off();
    if (start) bus.setCursor(start);
    else if (given.begun && lab.state().view !== "question") bus.begin();
    document.documentElement.dataset.begun = "";
  });
  show();
  ask();
  bench.begin();
  if (given.notice) warn(given.notice);
  if (given.begun && !given.notice) offerTour(given.tour);
}

// Another link was put into the address of the page.
addEventListener("hashchange", async () => {
  if (await readAddress()) bus.setCursor(lab.state().cursor);
});
addEventListener("gp-why", () => {
  toPlaying();
  bus.begin();
});
addEventListener("gp-what-if", () => {
  lab.change({ view: "world" });
  requestAnimationFrame(toLevers);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("gp-sheet-open")) sheet(false);
});
begin();
