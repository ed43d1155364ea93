// The page's store: payloads, the cursor in time, the theatre selected, playing. Everything that draws listens here.
//
// window.greatpowers offers the same to the console:
//   payload(which = 'a'), setPayload(p, which = 'a')   a history as narrator.js tells it; 'b' is compared with
//   band(), setBand(b)       an ensemble's spread, {key, runs, metrics: {name: {p5 .. p95: [R]}}}, of the payload with that key
//   heard(kind), hear(kind, found)                     of the two histories: 'parting', or 'odds' of matched runs
//   wanted(), want()                                   whether anything that shows matched runs is on the page
//   flight(which = 'a'), setFlight(p, which)           what comes of a lever in the hand, drawn over what is shown; or null
//   cursor(), setCursor(round), step(by)               the round shown, 0-based
//   selected(), select(theatre index or -1)
//   begin(), pause(), toggle(), playing(), speed(), setSpeed(rounds per second); its play() there records a history (bench.js)
//   jump(+1 or -1)                                     to the next or previous round with a main event
//   on(kind, fn) -> off                                kinds: payload, flying (before any draws it), flight, band, cursor,
//                                                      select, play, want, parting, odds

import { announcer } from "./announcer.js";

const payloads = { a: null, b: null };
const flights = { a: null, b: null };
const newest = { parting: null, odds: null };
const { on, notify } = announcer();
let ensemble = null;
let wanted = false;
let now = 0;
let chosen = -1;
let rate = 6;
let timer = null;
let frame = 0;
let flying = 0;

function rounds() {
  return payloads.a?.rounds ?? payloads.b?.rounds ?? 0;
}

// Several moves within one frame are drawn once.
function setCursor(round) {
  const to = Math.max(0, Math.min(rounds() - 1, Math.round(round)));
  if (!Number.isFinite(to) || to === now) return;
  now = to;
  if (!frame) {
    frame = requestAnimationFrame(() => {
      frame = 0;
      notify("cursor", now);
    });
  }
}

function setPayload(p, which = "a") {
  payloads[which] = p;
  flights[which] = null;
  if (p) p.eventRounds = [...new Set(p.events.filter((event) => event.main).map((event) => event.round))];
  now = Math.max(0, Math.min(rounds() - 1, now));
  if (which === "a" && p && chosen >= p.theatres.length) select(-1);
  notify("payload", which);
}

// Several within one frame are drawn once.
function setFlight(p, which) {
  if (flights[which] === p) return;
  flights[which] = p;
  if (flying) return;
  flying = requestAnimationFrame(() => {
    flying = 0;
    notify("flying");
    notify("flight");
  });
}

function setBand(band) {
  ensemble = band;
  notify("band", band);
}

// What is known of the two histories, or of matched runs, is new.
function hear(kind, news) {
  newest[kind] = news;
  notify(kind, news);
}

// Something that shows matched runs is on the page.
function want() {
  wanted = true;
  notify("want");
}

function select(theatre) {
  if (theatre === chosen) return;
  chosen = theatre;
  notify("select", theatre);
}

function play() {
  if (timer || !rounds()) return;
  if (now >= rounds() - 1) setCursor(0);
  timer = setInterval(() => {
    if (now >= rounds() - 1) pause();
    else setCursor(now + 1);
  }, 1000 / rate);
  notify("play", true);
}

// Play a history that nobody has moved through yet, unless its reader has asked for less motion.
function begin() {
  if (!now && !matchMedia("(prefers-reduced-motion: reduce)").matches) play();
}

function pause() {
  if (!timer) return;
  clearInterval(timer);
  timer = null;
  notify("play", false);
}

function toggle() {
  if (timer) pause();
  else play();
}

function setSpeed(perSecond) {
  rate = perSecond;
  if (timer) {
    pause();
    play();
  }
}

function step(by) {
  pause();
  setCursor(now + by);
}

function jump(direction) {
  pause();
  const there = payloads.a?.eventRounds ?? [];
  const event = direction > 0 ? there.find((round) => round > now) : there.findLast((round) => round < now);
  if (event !== undefined) setCursor(event);
}

export const bus = {
  payload: (which = "a") => payloads[which],
  setPayload,
  band: () => ensemble,
  setBand,
  heard: (kind) => newest[kind],
  hear,
  wanted: () => wanted,
  want,
  flight: (which = "a") => flights[which],
  setFlight,
  cursor: () => now,
  setCursor,
  step,
  selected: () => chosen,
  select,
  play,
  begin,
  pause,
  toggle,
  playing: () => timer !== null,
  speed: () => rate,
  setSpeed,
  jump,
  on,
};

window.greatpowers = Object.assign(window.greatpowers ?? {}, bus);
