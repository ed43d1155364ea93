// Workers that are asked, and matched runs: playing them, their intervals and spreads.

const AT_A_TIME = 2; // runs that a worker plays before it listens again
const AHEAD = 2; // messages that each worker has at a time: it never waits for the page
const MOST_WORKERS = 2; // each holds a world of its own, and the page wants a processor too
const MOST_KEPT = 8;

// A function that asks a worker, and promises its answer.
export function asker(worker) {
  const waiting = new Map();
  let asked = 0;
  const settle = (id, fault, answer) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) resolve(answer);
    else reject(new Error(fault));
  };
  worker.onmessage = ({ data: { id, answer, fault } }) => settle(id, fault, answer);
  worker.onerror = () => {
    for (const id of [...waiting.keys()]) settle(id, "This browser is too old to play here.");
  };
  return (what, rest = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve, reject });
      worker.postMessage({ id: asked, ask: what, ...rest });
    });
}

// Functions that ask workers, as many as the machine has processors for and two at most; the first plays what the hand does.
export function askers(make) {
  const count = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency ?? 1));
  return Array.from({ length: count }, () => asker(make()));
}

// However often it is called, `work` is under way once, and the next time is for the newest call.
export function newest(work) {
  let [under, wanted] = [false, false];
  return async () => {
    wanted = true;
    if (under) return;
    under = true;
    try {
      while (wanted) {
        wanted = false;
        await work();
      }
    } finally {
      under = false;
    }
  };
}

// Plays runs of two choices on seeds 0, 1, ..., a few at a time by whichever worker is free, and keeps them while there is room.
export class Matched {
  constructor(asks) {
    this.asks = asks;
    this.kept = new Map();
    this.turn = 0;
  }

  // Play no more of what is being played.
  stop() {
    this.turn += 1;
  }

  runsOf(choice) {
    const key = JSON.stringify(choice);
    const sample = this.kept.get(key) ?? { count: 0, values: [], series: [] };
    this.kept.delete(key);
    this.kept.set(key, sample);
    while (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
    return sample;
  }

  // `report(runs, parts)` is called after every two runs, in their order; a part has `values` (summaries, one run behind the other) and
  // `series`, by run the `metrics` asked for of every round. Whether all were played, or something else was wanted.
  async fill(choices, count, report, metrics = []) {
    const mine = ++this.turn;
    const parts = choices.map((choice) => this.runsOf(choice));
    const once = [...new Map(parts.map((part, i) => [part, choices[i]]))]; // one, if both are the same
    const early = new Map(); // by the first seed of a few, what came before its turn
    let [next, done] = [0, 0];
    const take = ({ lacking, played }) => {
      lacking.forEach(([part], at) => {
        part.values.push(...played[at].values);
        part.series.push(...played[at].series);
        part.count = done;
      });
    };
    const work = async (ask) => {
      while (next < count && mine === this.turn) {
        const first = next;
        next += AT_A_TIME;
        const lacking = once.filter(([part]) => part.count <= first);
        const asked = lacking.map(([, choice]) => choice);
        const seeds = Array.from({ length: AT_A_TIME }, (_, i) => first + i);
        const played = asked.length > 0 ? await ask("ensembles", { choices: asked, seeds, metrics }) : [];
        if (mine !== this.turn) return;
        early.set(first, { lacking, played });
        while (early.has(done)) {
          const few = early.get(done);
          early.delete(done);
          done += AT_A_TIME;
          take(few);
          report(done, parts);
        }
      }
    };
    try {
      await Promise.all(this.asks.flatMap((ask) => Array.from({ length: AHEAD }, () => work(ask))));
    } catch (fault) {
      if (mine === this.turn) this.stop();
      throw fault;
    }
    return mine === this.turn;
  }

  // Summaries of both choices on draws of parameters, [choice][draw], each draw on seeds of its own; null if something else
  // was wanted meanwhile.
  async onDraws(choices, { parameters, each, first }) {
    const mine = ++this.turn;
    const parts = choices.map(() => []);
    let next = 0;
    const work = async (ask) => {
      while (next < parameters.length && mine === this.turn) {
        const draw = next++;
        const seeds = Array.from({ length: each }, (_, i) => first + draw * each + i);
        const played = await ask("ensembles", { choices, seeds, metrics: [], draw });
        played.forEach(({ values }, at) => {
          parts[at][draw] = values;
        });
      }
    };
    await Promise.all(this.asks.map(work));
    return mine === this.turn ? parts : null;
  }
}

export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

// A column of rows that lie one behind the other, of the first so many rows.
export function columnOf(names, values, name, rows = values.length / names.length) {
  const at = names.indexOf(name);
  return Array.from({ length: rows }, (_, i) => values[i * names.length + at]);
}

// Mean and 95 % interval of Student's t.
function ofMeans(values, { student }) {
  const middle = mean(values);
  const n = values.length;
  const half = (student[n] * Math.sqrt(variance(values))) / Math.sqrt(n);
  return [middle, middle - half, middle + half];
}

// Share of ones with its score interval (Wilson 1927), or a mean; as in greatpowers.simulation.intervals.
export function estimate(values, isSwitch, settings) {
  if (!isSwitch) return ofMeans(values, settings);
  const [n, share, z] = [values.length, mean(values), settings.normal];
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  return [share, Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half))];
}

// Mean of the paired differences with its 95 % interval; of shares with half a pair added to each way in which the two
// can differ or agree (Agresti & Min 2005).
export function difference(one, other, isSwitch, settings) {
  const apart = one.map((value, i) => value - other[i]);
  if (!isSwitch) return ofMeans(apart, settings);
  const n = apart.length;
  const middle = mean(apart);
  const [more, less] = [1, -1].map((sign) => apart.filter((value) => value * sign > 0).length + 0.5);
  const centre = (more - less) / (n + 2);
  const half = (settings.normal * Math.sqrt(more + less - (more - less) ** 2 / (n + 2))) / (n + 2);
  return [middle, Math.max(-1, Math.min(middle, centre - half)), Math.min(1, Math.max(middle, centre + half))];
}

const variance = (values) => {
  const middle = mean(values);
  return values.reduce((a, b) => a + (b - middle) ** 2, 0) / (values.length - 1);
};

// What draws of parameters leave open of a paired difference, both [draw][run]; as expected_difference_of in
// greatpowers.simulation.intervals.
export function leftOpen(one, other, isSwitch, settings, { least, student }) {
  const apart = one.map((values, draw) => values.map((value, i) => value - other[draw][i]));
  const [draws, each] = [apart.length, apart[0].length];
  const middle = mean(apart.map(mean));
  const spread = variance(apart.map(mean));
  const luck = mean(apart.map(variance)) / each;
  const open = Math.max(0, spread - luck) + spread / draws;
  const freedom = open ** 2 / (((1 + 1 / draws) * spread) ** 2 / (draws - 1) + luck ** 2 / (draws * (each - 1)));
  const half =
    open > 0 ? quantile(Math.min(draws - 1, Math.max(least, freedom)), least, draws - 1, student) * Math.sqrt(open) : 0;
  if (!isSwitch) return [middle, middle - half, middle + half];
  const [, low, high] = difference(one.flat(), other.flat(), true, settings);
  return [middle, Math.min(low, Math.max(-1, middle - half)), Math.max(high, Math.min(1, middle + half))];
}

// Of Student's t, between those that are known: at even steps of one over the degrees of freedom.
function quantile(freedom, least, most, known) {
  const place = ((1 / least - 1 / freedom) / (1 / least - 1 / most)) * (known.length - 1);
  const below = Math.min(Math.floor(place), known.length - 2);
  return known[below] + (place - below) * (known[below + 1] - known[below]);
}

// Quantiles by round of some metrics of these series, by default of all: { name: { p5: [R], ... } }.
export function spreads(series, { series: all, quantiles }, names = all) {
  const levels = Object.entries(quantiles);
  return Object.fromEntries(names.map((name) => [name, spread(series, all.indexOf(name), all.length, levels)]));
}

function spread(series, at, width, levels) {
  const bands = Object.fromEntries(levels.map(([name]) => [name, []]));
  const sorted = new Float32Array(series.length);
  for (let round = at; round < series[0].length; round += width) {
    for (let run = 0; run < sorted.length; run++) sorted[run] = series[run][round];
    sorted.sort();
    for (const [name, level] of levels) {
      const place = level * (sorted.length - 1);
      const below = Math.floor(place);
      const above = Math.min(below + 1, sorted.length - 1);
      bands[name].push(sorted[below] + (place - below) * (sorted[above] - sorted[below]));
    }
  }
  return bands;
}
