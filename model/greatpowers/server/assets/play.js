// The coalition's chair. The page holds the record of the game; the server makes the moves that are sent here, and
// says what the leader sees.

import { different, most, reading, setter } from "./dials.js";
import { choice, counted, h, options, percent, rungStyle, table } from "./draw.js";
import { host } from "./host.js";
import { newest } from "./matched.js";
import { map } from "./place_map.js";
import { resultView, standingView } from "./play_result.js";
import { lab } from "./store.js";

const EVERYWHERE = "";
let game = null;
let shown = ""; // which game of which world that is
let since = 0; // the round from which reports are told
let standing = null;
let complaint = "";
let where = EVERYWHERE;
let sorted = "rung";
let open = new Set();
let turn = Promise.resolve();
let waiting = 0;
let playing = false;
let width = 0; // of what is drawn

const root = h("gp-play", { "data-testid": "play" });
const keyOf = ({ view, cursor, ...rest }) => JSON.stringify(rest);

// What is asked is answered in order, each of the game that the answer before left, and drawn once nothing waits any more.
async function inTurn(ask) {
  waiting += 1;
  complaint = "";
  root.setAttribute("aria-busy", "true");
  turn = turn.then(ask).catch(({ message }) => {
    complaint = message;
  });
  await turn;
  waiting -= 1;
  if (!waiting) draw();
}

// Orders may follow each other; only rounds are not to be played twice by one hand.
function send(message) {
  const rounds = message.do === "advance" || message.do === "back";
  if (rounds && playing) return;
  playing ||= rounds;
  inTurn(() =>
    ask(message).finally(() => {
      if (rounds) playing = false;
    }),
  );
}

async function ask(message) {
  const state = lab.state();
  const answer = await host.json("play", { state, since, message });
  ({ since, payload: game } = answer);
  shown = keyOf({ ...state, game: answer.game });
  lab.change({ game: answer.game });
  if (game.phase === "over") compare();
  else standing = null;
}

// The state has changed: perhaps the game, perhaps the world.
const isOld = () => lab.state().view === "play" && keyOf(lab.state()) !== shown;
const follow = newest(() => isOld() && inTurn(() => isOld() && ask(null)));

// Where a finished game stands takes a while, in which its score can be weighed otherwise.
const compare = newest(async () => {
  const state = lab.state();
  const answer = await host.json("play", { state, message: { do: "compare" } }).catch(({ message }) => ({ message }));
  if (keyOf(lab.state()) !== keyOf(state)) return;
  ({ standing = null } = answer);
  if (standing) showStanding();
  else standingPlace()?.replaceChildren(h("p.gg-notice", { role: "alert" }, answer.message));
});

const standingPlace = () => root.querySelector("[data-testid=play-standing]");
const showStanding = () => standingPlace()?.replaceChildren(...standingView(standing, game));

function draw() {
  if (!waiting) root.removeAttribute("aria-busy");
  const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
  width = root.clientWidth;
  root.dataset.phase = game?.phase ?? "loading";
  root.dataset.round = game?.round ?? "";
  root.replaceChildren(...content());
  if (game?.phase === "over" && standing) showStanding();
  if (complaint) root.prepend(h("p.gg-notice.gg-complaint", { role: "alert" }, complaint));
  // A control that is gone, such as the last "play" button, hands the keyboard to the heading of what came instead.
  if (focused) (document.getElementById(focused) ?? root.querySelector("h2"))?.focus();
}

function content() {
  if (!game) return [h("p.gg-empty", { role: "status" }, "Setting the table …")];
  if (game.phase === "broken") return broken();
  if (game.phase === "lobby") return lobby();
  if (game.phase === "over") return resultView(game, send, details);
  return desk();
}

function broken() {
  return [
    h(
      "div.gg-sheet.gg-empty",
      { role: "alert" },
      h("p", game.notice),
      game.game ? h("button.gg-button", { onclick: () => send({ do: "leave" }) }, "Abandon this game") : null,
    ),
  ];
}

// ---- before a game

function lobby() {
  const policies = game.policies.map(({ name, title }) => [name, title]);
  const form = h(
    "form.gg-sheet.gg-lobby",
    { "aria-label": "A new game" },
    h("h2", { tabindex: -1 }, "Take the coalition’s chair"),
    game.notice ? h("p.gg-notice", { role: "alert" }, game.notice) : null,
    h(
      "p",
      `You lead the coalition in “${game.title}”, from ${game.start}. Each quarter you see what a leader would see: deeds, your own means, and reports that may err. You do not see what others believe or want. You decide on sanctions, troops, aid, strikes and offers, in each of ${game.places} places or everywhere at once.`,
    ),
    h(
      "p.gg-muted",
      `At the end you are scored on ${game.terms.map((term) => term.label.toLowerCase()).join(", ")}; your score is compared with that of every preset policy on the same luck; and you see what you misjudged.`,
    ),
    h(
      "fieldset.gg-choice",
      h("legend", "How long"),
      ...game.lengths.map(({ rounds, years }) =>
        h(
          "label",
          h("input", { type: "radio", name: "rounds", value: rounds, checked: rounds === game.length }),
          ` ${years} years (${rounds} quarters)`,
        ),
      ),
    ),
    h(
      "label.gg-field",
      "You inherit the policy",
      h("select.gg-select", { name: "inherited" }, ...options(policies, game.inherited)),
    ),
    h(
      "label.gg-field",
      "Luck (leave empty for a draw that nobody knows yet)",
      h("input.gg-select", {
        name: "seed",
        inputmode: "numeric",
        pattern: "[0-9]{0,15}",
        autocomplete: "off",
        placeholder: "any whole number",
      }),
    ),
    h("button.gg-button.gg-main", { type: "submit", id: "gg-start" }, "Take the chair"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const seed = data.get("seed").trim();
    where = EVERYWHERE;
    open = new Set();
    send({
      do: "start",
      rounds: Number(data.get("rounds")),
      inherited: data.get("inherited"),
      seed: seed === "" ? null : Number(seed),
    });
  });
  return [form];
}

// ---- at the desk

function desk() {
  return [h("div.gg-desk", head(), orders(), briefing(), situation(), readings())];
}

function head() {
  const { home } = game;
  return h(
    "header.gg-sheet.gg-head",
    h(
      "div.gg-when",
      h("h2", { tabindex: -1 }, game.quarter),
      h("span.gg-muted", { "data-testid": "play-round" }, `quarter ${game.round + 1} of ${game.rounds}`),
      h("progress.gg-progress", {
        value: game.round,
        max: game.rounds,
        "aria-label": "How much of the game has been played",
      }),
      game.takenBack
        ? h("span.gg-mark", { title: "Rounds taken back are noted with the score" }, `${game.takenBack} taken back`)
        : null,
    ),
    home
      ? h(
          "dl.gg-facts",
          fact(
            "Your government",
            home.committed ? "committed" : "reluctant",
            `does ${percent(home.done)} of what it declares${election(home.election_in)}`,
          ),
          fact("Order", percent(home.order), "how far the rules against conquest bind"),
          fact(
            "Cost last quarter",
            percent(home.own_cost),
            `of your own output; the whole coalition pays ${percent(home.coalition_cost)} of world output`,
          ),
          fact("Cost so far", percent(home.spent), "of world output, on average"),
        )
      : null,
  );
}

function election(rounds) {
  if (rounds === null) return "";
  return rounds === 0 ? "; election this quarter" : `; election in ${counted(rounds, "quarter")}`;
}

function fact(term, value, more) {
  return h("div", h("dt", term), h("dd", value, h("small", more)));
}

function lookAt(place) {
  where = place;
  draw();
}

function orders() {
  const index = game.places.findIndex((place) => place.id === where);
  if (index < 0) where = EVERYWHERE;
  const places = [[EVERYWHERE, "Everywhere"], ...game.places.map(({ id, name }) => [id, name])];
  return h(
    "section.gg-sheet.gg-orders",
    { "aria-label": "Your orders" },
    h("h3", `Your orders for ${game.quarter}`),
    h(
      "label.gg-field",
      "Where",
      choice("select.gg-select", { id: "gg-where", "data-testid": "play-where" }, places, where, lookAt),
    ),
    ...game.dials.filter((dial) => dial.main).map(control),
    more("The offer", "Terms of the deal"),
    more("Sticks", "More sticks"),
    more("Spoilers", "Spoilers on the ground"),
    h("p.gg-muted.gg-given", { "aria-live": "polite" }, given()),
    h(
      "div.gg-go",
      go("gg-one", "Play the quarter", { do: "advance", rounds: 1 }, "gg-main"),
      go("gg-year", "Play a year", { do: "advance", rounds: 4 }),
      go("gg-event", "Until something happens", { do: "advance", rounds: null }),
      go("gg-back", "Take back", { do: "back" }, game.round === 0 ? "gg-off" : ""),
      go("gg-leave", "Give up", { do: "leave" }, "gg-quiet"),
    ),
  );
}

function go(id, label, message, extra = "") {
  return h(
    "button",
    { id, class: `gg-button ${extra}`, disabled: extra === "gg-off", onclick: () => send(message) },
    label,
  );
}

function given() {
  if (!game.set.length)
    return `Nothing new this quarter: what was in force continues${game.round === 0 ? ` (${game.inherited})` : ""}.`;
  const names = new Map(game.places.map((place) => [place.id, place.name]));
  const words = game.set.map(
    ({ theatre, levers }) =>
      `${theatre === null ? "everywhere" : names.get(theatre)}: ${Object.entries(levers)
        .map(([name, value]) => inWords(name, value))
        .join(", ")}`,
  );
  return `New this quarter. ${words.join("; ")}.`;
}

function inWords(name, value) {
  const dial = game.dials.find((one) => one.name === name);
  return `${dial.term} ${reading(dial, value)}`;
}

// The dial of a lever in a place, or everywhere: then it shows what most places have.
function control(dial) {
  const column = game.dials.indexOf(dial);
  const here = (rows) => rows.filter((_, k) => where === EVERYWHERE || game.places[k].id === where);
  const [now, usual] = [game.levers, game.usual].map((rows) => most(here(rows).map((row) => row[column])));
  const id = `gg-${dial.name}`;
  const set = (to) => send({ do: "set", theatre: where === EVERYWHERE ? null : where, levers: { [dial.name]: to } });
  const { input, output } = setter(dial, id, now.value, { set });
  return h(
    "div",
    { class: `gg-dial gg-${dial.kind}` },
    h("label", { for: id, title: dial.meaning }, dial.label, " ", h("small.gg-muted", dial.term)),
    input,
    output,
    h("small.gg-default", `${game.inherited}: ${reading(dial, usual.value)}`),
    now.apart ? h("small.gg-apart", different(now.apart)) : null,
  );
}

function more(group, title) {
  const dials = game.dials.filter((dial) => !dial.main && dial.group === group);
  if (!dials.length) return null;
  return details(`gg-more-${group}`, title, dials.map(control));
}

// Details that stay open while everything around them is drawn anew.
function details(id, title, children = []) {
  const element = h("details.gg-details", { open: open.has(id) }, h("summary", { id }, title), ...children);
  element.addEventListener("toggle", () => (element.open ? open.add(id) : open.delete(id)));
  return element;
}

function briefing() {
  const grave = game.reports.filter((report) => report.grave);
  const rest = game.reports.filter((report) => !report.grave);
  const line = (report) =>
    h(
      "li",
      { class: report.grave ? "gg-grave" : "" },
      h("small.gg-muted", `${report.quarter} · ${report.place}`),
      " ",
      report.text,
    );
  const nothing =
    game.round === 0
      ? `You have just taken the chair. The policy in force is ${game.inherited}.`
      : "Nothing worth a report.";
  return h(
    "section.gg-sheet.gg-briefing",
    { "aria-label": "Briefing" },
    h("h3", "Briefing"),
    game.reports.length ? null : h("p.gg-muted", nothing),
    grave.length ? h("ul.gg-list", ...grave.map(line)) : null,
    rest.length ? h("ul.gg-list.gg-scroll", { tabindex: 0, "aria-label": "Other reports" }, ...rest.map(line)) : null,
    game.more ? h("p.gg-muted", `and ${game.more} more`) : null,
  );
}

const ORDERS = { rung: "hottest first", place: "as listed" };

// Where things are, beside the list that says the same; a disc is chosen as a place of the list is.
function mapped() {
  const wide = Math.max(280, Math.min(900, width - (width >= 844 ? 370 : 52)));
  const all = game.places.map((_, k) => k);
  const hottest = all.reduce((a, b) => (game.places[b].rung > game.places[a].rung ? b : a), 0);
  const chosen = game.places.findIndex((place) => place.id === where);
  const picture = map(game.drawn, all, wide, (k) => lookAt(game.places[k].id));
  const at = (name) => game.places.map((place) => Number(place[name]));
  picture.update(at("rung"), at("war"), chosen < 0 ? hottest : chosen);
  return picture.element;
}

function situation() {
  const places = game.places.map((place, k) => ({ ...place, k }));
  if (sorted === "rung") places.sort((a, b) => b.war - a.war || b.rung - a.rung || a.k - b.k);
  return h(
    "section.gg-sheet.gg-situation",
    { "aria-label": "Situation" },
    h(
      "div.gg-bar",
      h("h3", "The situation as reported"),
      h(
        "button.gg-quiet.gg-button",
        {
          id: "gg-sort",
          onclick: () => {
            sorted = sorted === "rung" ? "place" : "rung";
            draw();
          },
        },
        `Order: ${ORDERS[sorted]}`,
      ),
    ),
    mapped(),
    table(
      [
        "Place",
        ["What the challenger does", "Does"],
        ["Held", reported(), "Held"],
        ["Chance to prevail", reported(), "Odds"],
        "Sanctions",
        "Troops",
        "Aid",
        "Deal",
      ],
      places.map(row),
      { class: "gg-table", "data-testid": "play-situation" },
    ),
    h(
      "p.gg-muted",
      `Shares held and chances are reports: your intelligence services err by about ${percent(game.error)} either way. Troops: the sum of the shares of their forces that states have sent. Choose a place to give it orders of its own.`,
    ),
  );
}

const reported = () => h("small", " as reported");

function row(place) {
  const moved = place.war ? 0 : place.rung - place.before;
  const doing = place.great_power_war ? "war between great powers" : place.war ? "war" : game.ladder[place.rung].name;
  const shade = place.war ? 7 : place.rung;
  const choose = h(
    "button.gg-place",
    {
      id: `gg-at-${place.id}`,
      "aria-pressed": String(place.id === where),
      onclick: () => lookAt(place.id === where ? EVERYWHERE : place.id),
    },
    place.name,
  );
  const rung = h(
    "span.gg-rung",
    {
      style: rungStyle(shade),
      title: game.ladder[shade].plain,
    },
    `${shade} ${doing}`,
  );
  const [sign, way] = moved > 0 ? ["▲", "up"] : ["▼", "down"];
  const change = { class: "gg-moved", role: "img", "aria-label": `${way} since last quarter` };
  return {
    class: place.id === where ? "gg-chosen" : "",
    "data-place": place.id,
    cells: [
      [choose, h("small", place.sides)],
      h(
        "td.gg-does",
        rung,
        moved ? h("span", change, sign) : null,
        place.crossed ? h("span.gg-mark", "line crossed") : null,
      ),
      place.annexed ? `${about(place.control)}, annexed` : about(place.control),
      place.odds === null ? "–" : about(place.odds),
      percent(place.sanctions),
      place.presence >= 1 ? `${place.presence.toFixed(1)} armies` : percent(place.presence),
      percent(place.aid),
      place.deal ? (place.relief_paid > 0 ? `in force, ${percent(place.relief_paid)} relief` : "in force") : "–",
    ],
  };
}

// Reports are no more exact than they are worth.
function about(share) {
  return share === 0 ? "0%" : share < 0.01 ? "under 1%" : `~${Math.round(100 * share)}%`;
}

function readings() {
  const choose = (challenger, field, label) => {
    const { id, name, motive, belief } = challenger;
    const act = (value) => {
      const said = { motive, belief, [field]: value };
      send({ do: "read", challenger: id, motive: said.motive || null, belief: said.belief || null });
    };
    const named = { id: `gg-${field}-${id}`, "aria-label": `${name}: ${label}` };
    return choice("select.gg-select", named, game.choices[field], challenger[field], act);
  };
  return h(
    "section.gg-sheet.gg-readings",
    { "aria-label": "Your reading" },
    details(
      "gg-readings",
      "Your reading of each challenger (optional: what you say here is compared with the truth at the end)",
      [
        h(
          "ul.gg-reading",
          ...game.challengers.map((challenger) =>
            h(
              "li",
              h("b", challenger.name),
              choose(challenger, "motive", "what it wants"),
              choose(challenger, "belief", "how far it believes us"),
            ),
          ),
        ),
      ],
    ),
  );
}

export function playView() {
  draw();
  follow();
  lab.on("state", follow);
  // What is drawn while another tab is shown has no width.
  new ResizeObserver(() => !width && root.clientWidth && draw()).observe(root);
  return root;
}
