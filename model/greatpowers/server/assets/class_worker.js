// The engine on a telephone: plays the orders of a class, what would come of them on other luck, and what is weighed.
import { loadEngine } from "../../browser/assets/engine.js";
import { summarise } from "../../browser/assets/summary.js";
import { columnOf, mean } from "./matched.js";

let engine = null;
let given = null; // what the server says of the world
let world = null;

const column = (history, table, name) => columnOf(engine.layout.columns[table], history[table], name);

// Orders by turn and place, as the server has them, for every round; everywhere goes before places of their own.
function policyOf(levers) {
  const index = new Map(given.places.map((place, k) => [place.id, k]));
  const orders = [];
  for (const [turn, places] of Object.entries(levers)) {
    const inOrder = Object.entries(places).sort(([a], [b]) => (a !== "") - (b !== ""));
    for (let round = turn * given.turn; round < (Number(turn) + 1) * given.turn; round++) {
      for (const [place, changes] of inOrder) orders.push([round, index.get(place) ?? -1, changes]);
    }
  }
  return engine.withOrders(world, world.policies.get(given.policy), given.rounds, orders);
}

function aimsOf(aims) {
  if (Object.values(aims).every((places) => Object.keys(places).length === 0)) return null;
  return Array.from({ length: given.rounds }, (_, round) => {
    const places = aims[Math.floor(round / given.turn)] ?? {};
    return given.places.map(({ id }) => places[id] ?? -1);
  });
}

function play({ levers, aims }, seed, rounds, other = null) {
  return engine.play(world, policyOf(levers), { seed, rounds, aims: aimsOf(aims), other });
}

// The scores of both sides, as greatpowers.game.sides has them.
function scoresOf(history) {
  const { best, points, lost, start, prices } = given.score;
  const summary = summarise(history["track.metrics"], engine.layout);
  const worth = ([name, price]) => price * summary[engine.layout.summary.columns.indexOf(name)];
  const coalition = best - lost - Object.entries(points).reduce((sum, entry) => sum + worth(entry), 0);
  const places = given.places.length;
  const control = column(history, "track.theatres", "control").slice(-places);
  const costs = column(history, "track.states", "target_cost");
  const cost = 100 * mean(costs.filter((_, at) => at % given.states.length === given.challenger));
  const gain =
    100 * given.own.reduce((sum, k, at) => sum + (control[k] - given.places[k].control) * given.prizes[at], 0);
  const wars = given.own.reduce((sum, k) => sum + begun(history, k, 0), 0);
  const challenger = start - prices.gain * gain - prices.cost * cost - prices.war * wars;
  return { coalition, challenger };
}

// Wars that began over a place from a round on.
function begun(history, k, from) {
  const places = given.places.length;
  const war = column(history, "track.theatres", "war").filter((_, at) => at % places === k);
  return war.filter((now, round) => round >= from && now > (round ? war[round - 1] : given.places[k].war)).length;
}

const answers = {
  async begin({ setting, engine: address }) {
    given = setting;
    engine = await loadEngine(await (await fetch(address)).arrayBuffer(), setting.data.core);
    world = engine.take(setting.data);
    return true;
  },
  play({ orders, seed, rounds }) {
    const history = play(orders, seed, rounds);
    const of = (name) => column(history, "track.theatres", name);
    return {
      rung: of("rung"),
      war: of("war"),
      control: of("control"),
      escalation: column(history, "track.metrics", "mean_severity"),
      ...scoresOf(history),
    };
  },
  // The whole length on other luck from a round on: scores, and whether a war then breaks out over the place asked.
  ahead({ orders, seed, from, seeds }) {
    return seeds.map((other) => {
      const history = play(orders, seed, given.rounds, { seed: other, from });
      return { ...scoresOf(history), war: begun(history, given.asked[0], from) > 0 };
    });
  },
  // The chances of going down, holding and going up that the challenger's doctrine gives its places in a round.
  weighed({ orders, seed, round }) {
    const history = play(orders, seed, round + 1);
    const { fields, bytes } = engine.arguments.get("track.trace_rows").type;
    const at = fields.find(([name]) => name === "probability")[1] / 8;
    const rows = history["track.trace_rows"];
    const first = round * given.places.length;
    return given.own.map((k) =>
      Array.from(rows.slice(((first + k) * bytes) / 8 + at, ((first + k) * bytes) / 8 + at + 3)),
    );
  },
};

self.onmessage = async ({ data: { id, ask, ...rest } }) => {
  try {
    self.postMessage({ id, answer: await answers[ask](rest) });
  } catch (error) {
    self.postMessage({ id, fault: error.message });
  }
};
