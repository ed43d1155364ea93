// The engine on the page that is served: it plays and tells the two histories that are shown, another that follows the hand
// while a lever moves, and the matched runs of both policies that fill in behind. Where a browser has no engine, the server
// plays and tells the two.
import { bus } from "./bus.js";
import { explainWith } from "./explain.js";
import { askers, Matched, newest } from "./matched.js";
import { partWith } from "./pair.js";
import { explained, fillIn, flown, history, parted } from "./playing.js";

const here = (path) => new URL(path, import.meta.url).href;

let session = "";
let pair = null; // the two histories, the one compared with first
let asks = null;
let matched = null;
let held = { name: "", ready: null };

const say = (text) => {
  const place = document.getElementById("gp-runs");
  if (place) place.textContent = text;
};
const busy = (now) => window.gpShell?.busy(now, "runs");

// What the server has under a path; null if the page has moved on since.
async function json(path) {
  const response = await fetch(here(`../${path}`));
  if (!response.ok) throw new Error(await response.text());
  return response.status === 200 ? response.json() : null;
}

// The world of a history in the workers, and what the engine says of itself; fetched once for each world.
function ready(name, path) {
  if (held.name !== name) held = { name, ready: take(path) };
  return held.ready;
}

const shownWorld = () => held.ready;

async function take(path) {
  const data = await json(path);
  if (data === null) throw new Error("The world has been changed.");
  asks ??= askers(() => new Worker(here("../engine/worker.js"), { type: "module" }));
  matched ??= new Matched(asks);
  matched.stop(); // what it plays is of the world before
  const [layout] = await Promise.all(asks.map((ask) => ask("begin", { address: here("../engine/engine.wasm"), data })));
  return { layout, shared: data.shared, runs: data.runs };
}

// One of the two histories of a session, played and told; null if the page has moved on since.
export async function shownHistory(session, name, which) {
  const path = `${session}/${name}`;
  const recipe = await json(`histories/${path}`);
  if (recipe === null) return null;
  try {
    const { shared } = await ready(recipe.world, `worlds/${path}`);
    const { played: policy, ...about } = recipe;
    return await history(asks.at(which === "a" ? 0 : -1), shared, { ...about, choice: { policy } });
  } catch {
    const payload = await json(`histories/${path}/payload`);
    return payload && { ...payload, path };
  }
}

explainWith((p, step) =>
  p.choice
    ? explained(asks[0], p, step)
    : json(`histories/${p.path}/explained/${p.theatres[step.theatre].id}/${step.round}`),
);
partWith((one, other) => (other.choice ? parted(asks.at(-1), one, other) : json(`histories/${other.path}/parted`)));

// --- The history under the hand

let moves = null; // what the levers move, as the server says; null once that may be something else
let hand = null;

const fly = newest(async () => {
  const mine = hand;
  try {
    moves ??= json(`levers/${session}`);
    const [asked, { layout }] = await Promise.all([moves, shownWorld()]);
    if (mine !== hand || mine === null) return;
    const p = bus.payload(asked.which);
    const one = await flown(asks[0], p, { moves: asked, ...mine }, layout);
    if (hand !== null) bus.setFlight(one, asked.which);
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
  playMany();
}

// What is set, or where it acts, has changed; asked anew at once by whoever has a lever in hand.
function forget() {
  moves = null;
  if (document.activeElement?.type === "range") reach();
}

// Ask what levers move before one does.
function reach() {
  if (!session) return;
  moves ??= json(`levers/${session}`);
  moves.catch(() => {
    moves = null;
  });
}

// --- Matched runs

// New histories are about to be shown. Workers have something to play before the page draws them.
async function shown(whose, a, b) {
  session = whose;
  pair = [b, a];
  hand = null;
  playMany();
  await new Promise((later) => setTimeout(later));
}

async function playMany() {
  if (!bus.wanted() || !pair || hand !== null) return;
  const [{ key }] = pair;
  busy(true);
  say("playing matched histories…");
  try {
    const { layout, runs } = await shownWorld();
    const choices = pair.map(({ world, choice, rounds }) => ({ world, ...choice, rounds }));
    const titles = pair.map(({ policyTitle }) => policyTitle);
    const all = await fillIn(matched, { key, choices, titles }, runs, layout, (count) => {
      if (count % runs.step !== 0) return;
      const last = count === runs.count;
      say(last ? `${count} matched histories of each policy` : `${count} histories each, more are being played`);
    });
    if (all) busy(false);
  } catch (error) {
    say(`No matched histories: ${error.message}`);
    busy(false);
  }
}

bus.on("want", playMany);
window.gpBench = { back, follow, forget, reach, shown };
