// Who stands behind whom in the theatre selected: lines from guardians' capitals, each kind with a dash of its own.
import { inForce, svg } from "./draw.js";
import { bow } from "./geometry.js";

const MOST_LINES = 10;

// Everybody's stance in theatre k at a round: maps from state to value.
export function backers(p, k, round) {
  return Object.fromEntries(Object.entries(p.stances).map(([name, rows]) => [name, inForce(rows[k], round)]));
}

// Guardians' troops, the strongest first: rows [state, share of own force].
export function byForce(p, presence, round) {
  return [...presence].sort(([i, a], [j, b]) => b * p.state.power[round][j] - a * p.state.power[round][i]);
}

export function drawBacking(layer, p, places, k, round) {
  if (k < 0) {
    layer.replaceChildren();
    return;
  }
  const theatre = p.theatres[k];
  const there = places.theatres[k];
  const { presence, sanctioning, side } = backers(p, k, round);
  const lines = [];
  const line = (from, to, kind, width) =>
    lines.push(
      svg("path", {
        d: bow(places.states[from], to, -0.12),
        class: `gw-backing gw-backing-${kind}`,
        style: `stroke-width:${width}`,
      }),
    );
  const target = places.states[theatre.challenger];
  if (p.theatre.sanctions[round][k] >= 0.02)
    for (const state of sanctioning.keys()) line(state, target, "sanctions", 1.2);
  for (const [state, share] of byForce(p, presence, round).slice(0, MOST_LINES))
    line(state, there, "presence", 1 + Math.min(4, 16 * share));
  for (const [state, which] of side) line(state, there, which > 0 ? "with-host" : "with-challenger", 2.4);
  layer.replaceChildren(...lines);
}
