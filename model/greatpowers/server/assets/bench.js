// The engine on the page that is served: it plays and tells the two histories that are shown, another that follows the hand
// while a lever moves, and the matched runs of both policies that fill in behind. Where a browser has no engine, the server
// plays and tells the two.
import { bus } from "./bus.js";
import { explainWith } from "./explain.js";
import { askers, drawable, history, Matched, newest, spreads } from "./matched.js";

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
  const [told] = await Promise.all(asks.map((ask) => ask("begin", { address: here("../engine/engine.wasm"), data })));
  return { told, shared: data.shared, runs: data.runs };
}

// One of the two histories of a session, played and told; null if the page has moved on since.
export async function shownHistory(session, name, which) {
  const path = `${session}/${name}`;
  const recipe = await json(`histories/${path}`);
  if (recipe === null) return null;
  try {
    const { shared } = await ready(recipe.world, `worlds/${path}`);
    return await history(asks.at(which === "a" ? 0 : -1), shared, recipe, { policy: recipe.played });
  } catch {
    const told = await json(`histories/${path}/told`);
    return told && { ...told, path };
  }
}

explainWith(({ path, played, seed, rounds, theatres }, step) =>
  path === undefined
    ? asks[0]("explain", { choice: { policy: played }, seed, rounds, ...step })
    : json(`histories/${path}/explained/${theatres[step.theatre].id}/${step.round}`),
);

// --- The history under the hand

let moves = null; // what the levers move, as the server says; null once that may be something else
let hand = null;

const fly = newest(async () => {
  const mine = hand;
  try {
    moves ??= json(`levers/${session}`);
    const [asked, { told }] = await Promise.all([moves, shownWorld()]);
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
  moves ??= json(`levers/${session}`);
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
    const { told, runs } = await shownWorld();
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
