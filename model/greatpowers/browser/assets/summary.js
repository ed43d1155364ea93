// One number per column of a run's summary, from its metrics: what greatpowers.simulation.summary does in Python.

// Sum of every `step`-th number, in the order in which NumPy adds: pairwise, eight at a time.
function sum(values, start, step, count) {
  if (count < 8) {
    let sum = -0;
    for (let i = 0; i < count; i++) sum += values[start + i * step];
    return sum;
  }
  if (count > 128) {
    const half = count >> 1;
    const first = half - (half % 8);
    return sum(values, start, step, first) + sum(values, start + first * step, step, count - first);
  }
  const part = new Float64Array(8);
  const even = count - (count % 8);
  for (let j = 0; j < 8; j++) part[j] = values[start + j * step];
  for (let i = 8; i < even; i += 8) {
    for (let j = 0; j < 8; j++) part[j] += values[start + (i + j) * step];
  }
  let sum = part[0] + part[1] + (part[2] + part[3]) + (part[4] + part[5] + (part[6] + part[7]));
  for (let i = even; i < count; i++) sum += values[start + i * step];
  return sum;
}

// The summary of metrics [rounds, metric], by the rules that the engine's module tells.
export function summarise(metrics, { columns, summary }) {
  const names = columns["track.metrics"];
  const width = names.length;
  const rounds = metrics.length / width;
  const column = (name) => {
    const column = new Float64Array(rounds);
    for (let round = 0, at = names.indexOf(name); round < rounds; round++, at += width) column[round] = metrics[at];
    return column;
  };
  const rules = {
    mean: (at) => sum(metrics, at, width, rounds) / rounds,
    sum: (at) => sum(metrics, at, width, rounds),
    max: (at) => column(names[at]).reduce((a, b) => Math.max(a, b)),
    last: (at) => metrics[(rounds - 1) * width + at],
  };
  const extras = {
    rounds_to_war: () => roundsToWar(column("highest_rung"), column("wars_begun")),
    recovery_time: () => recoveryTime(column("order"), summary.least_shock),
    deals_kept: () => column("deals_in_force")[rounds - 1],
    great_power_war: () =>
      Number(
        column("great_power_wars_begun").some((begun) => begun > 0) ||
          column("highest_level").some((level) => level >= summary.great_power_war),
      ),
  };
  return summary.columns.map((name, at) => (at < width ? rules[summary.rules[at]](at) : extras[name]()));
}

function roundsToWar(rungs, begun) {
  const probe = rungs.findIndex((rung) => rung >= 1);
  const war = probe < 0 ? -1 : begun.slice(probe).findIndex((wars) => wars > 0);
  return war < 0 ? Number.NaN : war;
}

function recoveryTime(order, least) {
  let [highest, bottom, deepest] = [order[0], 0, 0];
  order.forEach((now, round) => {
    highest = Math.max(highest, now);
    if (highest - now > deepest) [deepest, bottom] = [highest - now, round];
  });
  if (deepest < least) return Number.NaN;
  const recovered = order.slice(bottom).findIndex((now) => now >= order[bottom] + deepest / 2);
  return recovered < 0 ? Number.NaN : recovered;
}
