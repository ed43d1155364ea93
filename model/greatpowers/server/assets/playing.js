// What every page does with the engine in its workers: it plays histories and puts them into sentences, plays what follows
// the hand, and fills in matched runs. A history that a page played has its `choice`.
import { bus } from "./bus.js";
import { columnOf, spreads } from "./matched.js";

const PARTS = ["track.metrics", "track.theatres", "track.states"];

// A history with its sentences, as a worker makes them, with what is the same of all histories of its world, and what is known `about` it.
export async function history(ask, shared, about) {
  const { choice, seed } = about;
  const { guardians, ...payload } = await ask("narrate", { choice, seed, rounds: shared.rounds });
  const theatres = shared.theatres.map((theatre, k) => ({ ...theatre, guardians: guardians[k] }));
  return { ...shared, ...about, ...payload, theatres };
}

// What comes of a choice on the luck of a history, drawn like it.
export async function flown(ask, p, choice, { columns }) {
  return drawable(p, await ask("play", { choice, seed: p.seed, rounds: p.rounds, parts: PARTS }), columns);
}

// A history that is drawn like another, before its sentences are known: the columns of its record that the other has, by round,
// and by place or state. Each is taken from the record when it is first drawn.
function drawable(p, played, columns) {
  const taken = (part, old, cut) => {
    const table = { ...old };
    for (const name of columns[part].filter((known) => known in old)) {
      const take = () => {
        const value = cut(columnOf(columns[part], played[part], name));
        Object.defineProperty(table, name, { value });
        return value;
      };
      Object.defineProperty(table, name, { get: take, configurable: true, enumerable: true });
    }
    return table;
  };
  const by = (width) => (all) => p.quarters.map((_, round) => all.slice(round * width, (round + 1) * width));
  return {
    ...p,
    metrics: taken("track.metrics", p.metrics, (all) => all),
    theatre: taken("track.theatres", p.theatre, by(p.theatres.length)),
    state: taken("track.states", p.state, by(p.states.length)),
  };
}

// Matched runs of two choices, the one compared with first: drawn when the first are there, and when all are, and once more
// with what draws of the parameters leave open. `counted` is called with how many there are after each few. Whether all were
// played, or something else was wanted.
export async function fillIn(matched, { key, choices, titles }, { runs, draws, layout }, counted) {
  const { columns } = layout.summary;
  let sample = null;
  const report = (count, parts) => {
    counted(count);
    if (count !== runs.step && count !== runs.count) return;
    const followed = spreads(parts[1].series.slice(0, count), runs);
    sample = { key, count, titles, parts, followed, runs, columns };
    bus.hear("odds", sample);
    bus.setBand({ key, runs: count, metrics: followed });
  };
  if (!(await matched.fill(choices, runs.count, report, runs.series))) return false;
  const open = await matched.onDraws(choices, draws);
  if (open) bus.hear("odds", { ...sample, matched: null, open: { ...draws, parts: open } });
  return open !== null;
}
