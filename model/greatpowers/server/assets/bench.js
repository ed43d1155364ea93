// The engine on the page that is served: a history follows the hand while a lever moves, and matched runs of both policies
// fill in behind. The server plays the two histories that stay, with their sentences.
import { bus } from "./bus.js";
import { askers, drawable, Matched, newest, spreads } from "./matched.js";

const here = (path) => new URL(path, import.meta.url).href;
const PARTS = ["track.metrics", "track.theatres", "track.states"];

let session = "";
let asks = null;
let matched = null;
let held = { name: "", ready: null };

const say = (text) => {
  const place = document.getElementById("gp-runs");
  if (place) place.textContent = text;
};
const busy = (now) => window.gpShell?.busy(now, "runs");

async function json(path) {
  const response = await fetch(here(`../${path}/${session}`));
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

// The world of the histories shown in the worker, and what the engine says of itself; fetched once for each world.
function ready() {
  const name = bus.payload().world;
  if (held.name !== name) held = { name, ready: take() };
  return held.ready;
}

async function take() {
  const data = await json("worlds");
  asks ??= askers(() => new Worker(here("../engine/worker.js"), { type: "module" }));
  matched ??= new Matched(asks);
  const [told] = await Promise.all(asks.map((ask) => ask("begin", { address: here("../engine/engine.wasm"), data })));
  return { told, runs: data.runs };
}

// --- The history under the hand

let moves = null; // what the levers move, as the server says; null once that may be something else
let hand = null;

const fly = newest(async () => {
  const mine = hand;
  try {
    moves ??= json("levers");
    const [asked, { told }] = await Promise.all([moves, ready()]);
    if (mine !== hand || mine === null) return;
    const p = bus.payload(asked.which);
    const choice = { moves: asked, ...mine };
    const played = await asks[0]("play", { choice, seed: p.seed, rounds: p.rounds, parts: PARTS });
    if (hand !== null) bus.setFlight(drawable(p, played, told.columns), asked.which);
  } catch (error) {
    moves = null;
    say(`Nothing follows the hand: ${error.message}`);
  }
});

// A lever moves; the page plays what comes of it, and no longer what came of it before.
function follow(lever, value) {
  hand = { lever, value };
  matched?.stop();
  say("");
  fly();
}

// The hand has put the lever back to where it was.
function back() {
  hand = null;
  for (const which of ["a", "b"]) bus.setFlight(null, which);
  fillIn();
}

// What is set, or where it acts, has changed; asked anew at once by whoever has a lever in hand.
function forget() {
  moves = null;
  if (document.activeElement?.type === "range") reach();
}

// Ask what levers move before one does.
function reach() {
  if (!session) return;
  moves ??= json("levers");
  moves.catch(() => {
    moves = null;
  });
}

// --- Matched runs

// New histories are on the page.
function shown(whose) {
  session = whose;
  hand = null;
  fillIn();
}

async function fillIn() {
  const [a, b] = [bus.payload("a"), bus.payload("b")];
  if (!bus.wanted() || !session || !a || !b || hand !== null) return;
  busy(true);
  say("playing matched histories…");
  try {
    const { told, runs } = await ready();
    const choices = [b, a].map(({ world, played, rounds }) => ({ world, policy: played, rounds }));
    const tell = (count, parts) => {
      if (count % runs.step !== 0) return;
      const key = a.key;
      const last = count === runs.count;
      say(last ? `${count} matched histories of each policy` : `${count} histories each, more are being played`);
      if (count !== runs.step && !last) return;
      const titles = [b.policyTitle, a.policyTitle];
      const spread = parts.map(({ series }) => spreads(series.slice(0, count), runs));
      window.gpCompare?.odds({ key, count, titles, parts, spreads: spread, runs, columns: told.summary.columns });
      bus.setBand({ key, runs: count, metrics: spread[1] });
    };
    if (await matched.fill(choices, runs.count, tell, runs.series)) busy(false);
  } catch (error) {
    say(`No matched histories: ${error.message}`);
    busy(false);
  }
}

bus.on("want", fillIn);
window.gpBench = { back, follow, forget, reach, shown };
