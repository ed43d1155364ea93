// What a state believes, fears and wants: the card shown beside it on the map.
import { counted, h, percent, rungShown, rungWords } from "./draw.js";
import { shortName } from "./theatres.js";

const WANTS = {
  power: "Wants power",
  order: "Holds to the order",
  welfare: "Minds its purse",
  fear: "Fears encirclement",
};

export function bar(value, label, words) {
  return h(
    "div.gw-bar",
    { role: "img", "aria-label": `${label}: ${words}` },
    h("span.gw-bar-name", label),
    h(
      "span.gw-bar-track",
      h("span.gw-bar-fill", { style: `width:${(100 * Math.max(0, Math.min(1, value))).toFixed(0)}%` }),
    ),
    h("span.gw-bar-value", words),
  );
}

export function stateCard(p, i, round) {
  const state = p.states[i];
  const now = (column) => p.state[column][round][i];
  const doctrine = p.doctrines.find((each) => each.id === state.doctrine);
  const role = i === p.leader ? "leads the coalition, " : now("great_power") ? "great power, " : "";
  const chance = (k) => p.theatre.balance[round][k];
  const challenges = p.theatres.map((theatre, k) => [theatre, k]).filter(([theatre]) => theatre.challenger === i);
  const hosts = p.theatres.filter((theatre) => theatre.host === i);
  return [
    h("h3", state.name),
    h("p.gw-muted", `${doctrine.title}; ${role}${percent(now("power"))} of the world’s power`),
    h("h4", "Believes"),
    bar(now("credibility_believed"), "The coalition keeps its word", percent(now("credibility_believed"))),
    bar(now("trust"), "Promised relief is paid", percent(now("trust"))),
    ...challenges
      .filter(([, k]) => chance(k) > 0)
      .sort(([, a], [, b]) => rungShown(p, b, round) - rungShown(p, a, round))
      .slice(0, 3)
      .map(([theatre, k]) =>
        bar(chance(k), `Chance to prevail: ${shortName(p, k) || theatre.name}`, percent(chance(k))),
      ),
    h("h4", "Fears and wants"),
    ...Object.entries(WANTS).map(([weight, words]) => bar(state.weights[weight], words, String(state.weights[weight]))),
    // What there is to fear is told where it feels it most.
    challenges.length ? encircled(p, challenges, round) : null,
    h(
      "p.gw-muted",
      [
        `resolve ${percent(now("resolve"))}`,
        challenges.length
          ? `challenges in ${counted(challenges.length, "place")} (hottest: ${hottest(p, challenges, round)})`
          : null,
        hosts.length ? `contested in ${hosts.length}` : null,
      ]
        .filter(Boolean)
        .join("; "),
    ),
  ].filter(Boolean);
}

function encircled(p, challenges, round) {
  const most = Math.max(...challenges.map(([, k]) => p.theatre.encroachment[round][k]));
  return bar(most, "Hostile forces near, now", percent(most));
}

function hottest(p, places, round) {
  const [theatre, k] = places.reduce((a, b) => (rungShown(p, b[1], round) > rungShown(p, a[1], round) ? b : a));
  return `${shortName(p, k) || theatre.name}, ${rungWords(p, k, round)}`;
}
