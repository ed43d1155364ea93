// The chair on a telephone: the map, what became known, the orders of the year, and what they would lead to on other luck.

import {
  ask,
  button,
  details,
  dots,
  find,
  heading,
  leaving,
  points,
  put,
  signed,
  table,
  tell,
} from "./class_shared.js";
import { different, most, reading, setter } from "./dials.js";
import { choice, figure, h, percent, svg } from "./draw.js";
import { asker, mean } from "./matched.js";
import { ladderKey, map } from "./place_map.js";

const EVERYWHERE = "";
const AHEAD = 24; // other draws of luck that the staff looks at
const FEW_REPORTS = 4;
const AT_A_TIME = 4;
const STILL = 400; // ms without a change, after which it looks again
const FIRST_OTHER = 2_000_000; // seeds of the staff: not those of any class

let worker = null;
let world = null; // what the server says of it
let ready = null;
let engine = null;

// Fetch the world and have the engine compiled, once.
export function prepare() {
  ready ??= (async () => {
    world = await ask("world");
    worker = new Worker(new URL("./class_worker.js", import.meta.url), { type: "module" });
    engine = asker(worker);
    worker.onerror = () =>
      tell("This browser is too old to play; it needs Chrome 98, Safari 16.4 or Firefox 114, or newer.");
    await engine("begin", {
      setting: world,
      engine: new URL("../../browser/assets/engine.wasm", import.meta.url).href,
    });
  })();
  return ready;
}

// A class was begun anew, perhaps with another length.
export function forget() {
  worker?.terminate();
  [worker, world, ready, draft] = [null, null, null, {}];
}

let lesson = null; // the class as the server last said
let draft = {}; // the orders of this year: levers by place, or rungs by place
let where = EVERYWHERE;
let chosen = -1;
let picture = null;
let still = 0;
let turn = 0; // counts what the staff is asked: only the last answer is shown

const isCoalition = () => lesson.play.side === "coalition";
const yearOf = (number) => world.quarters[number * world.turn].slice(0, 4);
const latest = (orders) => structuredClone(orders[Math.max(-1, ...Object.keys(orders).map(Number))] ?? {});

// All orders of the game with the draft for this year, held until the end: what the staff looks at.
function held() {
  const { levers, aims, turn: now } = lesson.play;
  const rest = Object.fromEntries(
    Array.from({ length: lesson.turns - now }, (_, i) => [now + i, draft]).filter(
      ([, order]) => Object.keys(order).length,
    ),
  );
  return isCoalition() ? { levers: { ...levers, ...rest }, aims } : { levers, aims: { ...aims, ...rest } };
}

export async function showPlay(news, send) {
  const fresh = lesson?.play?.turn !== news.play.turn || lesson?.me.id !== news.me.id;
  lesson = news;
  await prepare();
  const { side, turn: now, levers, aims, seed } = lesson.play;
  if (fresh) {
    draft = latest(side === "coalition" ? levers : aims);
    where = EVERYWHERE;
  }
  if (chosen < 0) chosen = world.asked[0];
  const rounds = now * world.turn;
  const [played, usual] =
    rounds > 0
      ? await Promise.all([
          engine("play", { orders: { levers, aims }, seed, rounds }),
          engine("play", { orders: { levers: {}, aims: {} }, seed, rounds }),
        ])
      : [null, null];
  if (lesson !== news) return; // there has been news in the meantime
  draw(played, usual, send);
  if (played && Math.abs(played[side] - lesson.play.score.score) > 1e-6)
    tell("This telephone computes other results than the teacher’s computer, whose scores count. Tell your teacher.");
  document.body.dataset.score = played ? played[side] : "";
}

function draw(played, usual, send) {
  turn += 1; // whatever the staff is still looking at is of the year before
  clearTimeout(still);
  const { side, turn: now, waits } = lesson.play;
  const over = now >= lesson.turns;
  const mine = waits === side;
  const partner = lesson.me.partner;
  const title = over ? "Your years are over" : `${yearOf(now)}: year ${now + 1} of ${lesson.turns}`;
  put([
    heading(title),
    h(
      "p",
      `Your chair: ${lesson.chairs[side]}${partner ? `, against ${partner}` : "; the model plays all others"}. `,
      over ? "When everybody is done, your teacher shows the scores." : "",
    ),
    lesson.play.none.length
      ? h(
          "p.note",
          `No order of yours: ${lesson.play.none.map(yearOf).join(", ")}. There ${side === "coalition" ? "the default policy" : "your state’s own doctrine"} decided, and the score says so.`,
        )
      : null,
    situation(played),
    now > 0 ? news() : null,
    now > 0 ? soFar(played, usual) : null,
    declared(),
    over
      ? null
      : mine
        ? orders(send)
        : h("p.note", { role: "status" }, `${partner ?? "The other side"} is deciding. This page continues by itself.`),
    rules(),
    leaving(send),
  ]);
  document.body.dataset.turn = now;
  if (mine && !over) think();
}

// --- What is known

function situation(played) {
  const places = world.places.length;
  const now = (name) => (played ? played[name].slice(-places) : world.places.map((place) => place[name]));
  const [rungs, wars, control] = ["rung", "war", "control"].map(now);
  const own = isCoalition() ? world.places.map((_, k) => k) : world.own;
  picture = map(world, own, Math.min(720, find("stage").clientWidth || 360), (k) => {
    chosen = k;
    picture.update(rungs, wars, chosen);
    if (isCoalition()) lookAt(world.places[k].id);
  });
  picture.update(rungs, wars, chosen);
  const rows = own
    .map((k) => [k, wars[k] ? 7 : rungs[k]])
    .sort((a, b) => b[1] - a[1])
    .map(([k, rung]) => [world.places[k].name, `${rung} ${world.rungs[rung].name}`, percent(control[k])]);
  return h(
    "section",
    { "aria-label": "The situation" },
    picture.element,
    details("What the numbers mean", ladderKey(world)),
    details(
      "Every place as a list",
      table("Places, the gravest first", ["Place", "Rung", "Held by its challenger"], rows),
    ),
  );
}

function news() {
  const { reports, turn: now } = lesson.play;
  const line = ({ quarter, place, text, grave }) =>
    h("li", { class: grave ? "grave" : "" }, h("small", `${quarter} · ${place} `), text);
  const first = reports.filter(({ grave }, at) => grave || at < FEW_REPORTS);
  const rest = reports.filter((report) => !first.includes(report));
  return h(
    "section",
    { "aria-label": "What happened" },
    h("h3", `What happened in ${yearOf(now - 1)}`),
    reports.length ? h("ul.news", ...first.map(line)) : h("p", "Nothing worth a report."),
    rest.length ? details(`${rest.length} lesser events`, h("ul.news", ...rest.map(line))) : null,
  );
}

function soFar(played, usual) {
  const { score } = lesson.play;
  return h(
    "section",
    { "aria-label": "So far" },
    h("h3", "So far"),
    h(
      "p",
      h("strong", `${points(score.score)} points`),
      `; the default policy would have ${points(lesson.play.usual)} after the same number of years, on the same luck (${signed(score.score - lesson.play.usual)}).`,
    ),
    curve(played.escalation, usual.escalation),
    h("p.small", "Escalation in the world by quarter; dashed: what the default policy would have brought."),
    scoreTable(score),
  );
}

export function scoreTable({ lines }) {
  const much = ({ quantity, unit }) => (unit === "share" ? percent(quantity) : `${figure(quantity)} ${unit}`);
  const rows = lines.map((line) => [line.label, much(line), signed(-line.points)]);
  return details("Where the points go", table("Your score", ["Term", "how much", "points"], rows));
}

// What the coalition has declared for this year, to whoever sits against it and moves after it.
function declared() {
  const { turn: now, levers, side } = lesson.play;
  if (side === "coalition" || !lesson.me.partner || !levers[now]) return null;
  const lines = Object.entries(levers[now]).map(([place, changes]) => {
    const name = world.places.find(({ id }) => id === place)?.name ?? "Everywhere";
    const orders = Object.entries(changes).map(([lever, value]) => {
      const dial = world.dials.find((one) => one.name === lever);
      return dial ? `${dial.label.toLowerCase()}: ${reading(dial, value)}` : `${lever}: ${value}`;
    });
    return h("li", `${name}. ${orders.join("; ")}`);
  });
  return h(
    "section",
    { "aria-label": "What was declared" },
    h("h3", `What ${lesson.me.partner} declares for ${yearOf(now)}`),
    lines.length ? h("ul", ...lines) : null,
    h("p.small", `All else as ${lesson.default.title} has it.`),
  );
}

function curve(own, usual) {
  const [width, height] = [Math.max(280, Math.min(560, find("stage").clientWidth || 360)), 110];
  const top = Math.max(...own, ...usual) || 1;
  const path = (line) =>
    `M${line.map((value, at) => `${((at / Math.max(1, line.length - 1)) * (width - 8) + 4).toFixed(1)},${(height - 6 - (value / top) * (height - 12)).toFixed(1)}`).join("L")}`;
  return svg(
    "svg.curve",
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": `Escalation by quarter: ${own.at(-1).toFixed(3)} now, ${usual.at(-1).toFixed(3)} under the default policy`,
    },
    svg("path.rule", { d: `M0,${height - 5}H${width}` }),
    svg("path.before", { d: path(usual) }),
    svg("path.now", { d: path(own) }),
  );
}

// --- Orders

function orders(send) {
  const { turn: now } = lesson.play;
  const year = yearOf(now);
  let giving = false;
  const give = async (order) => {
    if (giving) return;
    giving = true;
    await send("orders", { turn: now, order });
    giving = false;
  };
  const kind = isCoalition() ? "levers" : "aims";
  return h(
    "section.orders",
    { "aria-label": "Your orders" },
    h("h3", `Your orders for ${year}`),
    isCoalition() ? leverOrders() : aimOrders(),
    h("div.staff", { id: "staff" }),
    h(
      "div.give",
      button(`Give these orders for ${year}`, () => give({ [kind]: draft }), "main"),
      button(`No order in ${year}`, () => give(null), "quiet"),
    ),
    h(
      "p.small",
      isCoalition()
        ? `What you do not touch stays as the default policy (${lesson.default.title}) has it, place by place. What you order everywhere holds in every place that has no order of its own. No order: the default policy decides alone.`
        : `What you leave open the model decides, by the doctrine of ${lesson.chairs.challenger}. No order: it decides everything.`,
    ),
  );
}

function lookAt(place) {
  where = place;
  const old = find("levers");
  if (!old) return;
  old.replaceWith(leverOrders());
}

// What the default policy has for a lever this year: in the place, or in most places.
function usualOf(dial, place) {
  const values = world.usual[lesson.play.turn][dial.name];
  if (place !== EVERYWHERE) return values[world.places.findIndex(({ id }) => id === place)];
  return most(values).value;
}

function usualInWords(dial, usual) {
  const apart = world.usual[lesson.play.turn][dial.name].filter((value) => value !== usual).length;
  const rest = where === EVERYWHERE && apart ? `, ${different(apart)}` : "";
  return `Default policy: ${reading(dial, usual)}${rest}.`;
}

function leverOrders() {
  const scopes = [EVERYWHERE, ...world.asked.map((k) => world.places[k].id)];
  const rest = world.places.map(({ id }) => id).filter((id) => !scopes.includes(id));
  const nameOf = (id) => world.places.find((place) => place.id === id)?.name ?? "Everywhere";
  const places = [...scopes, ...rest].map((id) => [id, `${nameOf(id)}${draft[id] ? " (ordered)" : ""}`]);
  const select = choice("select", { id: "where" }, places, where, (place) => {
    lookAt(place);
    chosen = world.places.findIndex(({ id }) => id === place);
    find("where").focus();
  });
  return h(
    "div",
    { id: "levers" },
    h("label.field", { for: "where" }, "Where", select),
    ...world.dials.filter(({ main }) => main).map(lever),
    h("div", { id: "terms", hidden: !offered() }, ...world.dials.filter(({ main }) => !main).map(lever)),
    draft[where]
      ? button(
          "Here as the default policy has it",
          () => {
            delete draft[where];
            lookAt(where);
            think();
          },
          "quiet",
        )
      : null,
  );
}

// What a lever is set to where one is looking.
function leverHere(dial) {
  const usual = usualOf(dial, where);
  return draft[where]?.[dial.name] ?? (where === EVERYWHERE ? usual : (draft[EVERYWHERE]?.[dial.name] ?? usual));
}

const offered = () => leverHere(world.dials.find(({ name }) => name === "deal")) > 0;

function lever(dial) {
  const usual = usualOf(dial, where);
  const set = draft[where]?.[dial.name];
  const id = `lever-${dial.name}`;
  const moved = (to) => {
    draft[where] = { ...draft[where], [dial.name]: to };
    find("terms").hidden = !offered();
    note.textContent = `You order this. ${usualInWords(dial, usual)}`;
    think();
  };
  const note = h("small", `${set === undefined ? "As it is" : "You order this"}. ${usualInWords(dial, usual)}`);
  const { input, output } = setter(dial, id, leverHere(dial), { moved });
  return h("div.lever", h("label", { for: id }, dial.label), output, input, note);
}

function aimOrders() {
  const first = world.own.filter((k) => world.asked.includes(k));
  const rest = world.own.filter((k) => !world.asked.includes(k));
  return h(
    "div",
    { id: "aims" },
    h("p", "To which rung shall it go? It moves one step a quarter, so up to four in a year."),
    ...first.map(aim),
    rest.length ? details(`${rest.length} other places`, ...rest.map(aim)) : null,
  );
}

function aim(k) {
  const { id, name, ceiling } = world.places[k];
  const change = (rung) => {
    if (rung === "") delete draft[id];
    else draft[id] = Number(rung);
    think();
  };
  const rungs = world.rungs.slice(0, ceiling + 1).map((rung, at) => [at, `${at} ${rung.name}`]);
  const rows = [["", "let the model decide"], ...rungs];
  return h(
    "div.lever",
    h("label", { for: `aim-${id}` }, name),
    choice("select", { id: `aim-${id}` }, rows, draft[id] ?? "", change),
    h("small", { id: `own-${id}` }, "…"),
  );
}

// --- The staff: other luck from now on

function think() {
  const mine = ++turn;
  clearTimeout(still);
  still = setTimeout(() => look(mine).catch((error) => tell(error.message)), STILL);
}

async function look(mine) {
  const { seed, turn: now, levers, aims, side } = lesson.play;
  const from = now * world.turn;
  if (side === "challenger") await lookAtSelf(from);
  const kinds = [held(), { levers, aims }];
  const futures = [[], []];
  for (let first = 0; first < AHEAD && mine === turn; first += AT_A_TIME) {
    const seeds = Array.from({ length: AT_A_TIME }, (_, i) => FIRST_OTHER + first + i);
    for (const [which, orders] of kinds.entries())
      futures[which].push(...(await engine("ahead", { orders, seed, from, seeds })));
    const place = find("staff");
    if (mine !== turn || !place) return;
    place.replaceChildren(...staff(futures, side));
  }
  document.body.dataset.thought = now;
}

async function lookAtSelf(round) {
  const { levers, aims, seed } = lesson.play;
  const weighed = await engine("weighed", { orders: { levers, aims }, seed, round });
  world.own.forEach((k, at) => {
    const place = find(`own-${world.places[k].id}`);
    const [down, hold, up] = weighed[at];
    if (place)
      place.textContent = `Left alone, next quarter: up ${percent(up)}, stay ${percent(hold)}, down ${percent(down)}.`;
  });
}

function staff(futures, side) {
  const [own, usual] = futures.map((runs) => runs.map((run) => run[side]));
  const wars = futures.map((runs) => mean(runs.map(({ war }) => Number(war))));
  const rest = side === "coalition" ? "the default policy from now on" : "your state left alone from now on";
  return [
    h("h4", "What your staff expects"),
    h(
      "p",
      `If these orders stay until the end: ${points(mean(own))} points on average over ${own.length} futures with other luck, and a new war over ${lesson.place} in ${percent(wars[0])} of them. `,
      `With ${rest}: ${points(mean(usual))}, and ${percent(wars[1])}.`,
    ),
    dots(
      "Your scores in other futures",
      own.map((value) => ({ value })),
      [{ value: mean(usual), label: side === "coalition" ? "default policy, mean" : "left alone, mean" }],
      "points",
      480,
    ),
  ];
}

function rules() {
  const side = lesson.play.side;
  const decides = isCoalition()
    ? "You decide what the coalition declares: sanctions, troops, red lines, aid, strikes and offers of a deal. Your own government may do less than you declare, and challengers may not believe you. Who goes to war, who joins sanctions and who signs is the model’s."
    : `You decide to which rung ${lesson.chairs.challenger} goes in each of its places. Whether shots become a war, how a war goes and ends, and what deals are signed is the model’s; while a place is at war, it takes no steps.`;
  return details(
    "What your chair decides, and how it is scored",
    h("p", decides),
    h("p", side === "coalition" ? `${world.score.best} points, less:` : `${world.score.start} points, and:`),
    h(
      "ul",
      ...world.terms[side].map(({ label, meaning, unit, price }) =>
        h(
          "li",
          `${label}: ${meaning} (${price < 0 ? "brings" : "costs"} ${Math.abs(price)} points for each unit, ${unit})`,
        ),
      ),
    ),
    h(
      "p.small",
      "The prices are a judgement about what matters, not part of the model. Your telephone plays the years; the teacher’s computer plays the same orders again, and that score counts.",
    ),
  );
}

// --- The debrief: one's own orders on other luck

export async function ownLuck(place, luck) {
  const values = luck.own;
  if (!values) return;
  const average = mean(values);
  const here = luck.means.find((one) => one.mine).here;
  place.replaceChildren(
    h("h3", "Your orders, other luck"),
    h(
      "p",
      `Your own orders bring ${points(average)} points on average over ${values.length} draws of luck; here they brought ${points(here)}. ${here < average ? "Luck cost" : "Luck gave"} you ${points(Math.abs(here - average))}.`,
    ),
    dots(
      "Your orders on other luck",
      values.map((value) => ({ value })),
      [{ value: here, label: "what you had" }],
    ),
  );
}
