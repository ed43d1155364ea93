// Theatres on the map: an arc from challenger to place, a marker sized by stake and coloured by rung, signs and a name.
import { bus } from "./bus.js";
import { percent, rungColour, rungInk, rungShown, rungWords, svg } from "./draw.js";
import { bow } from "./geometry.js";
import { boxAbout, overlap, putName, STATE_NAME, THEATRE_NAME } from "./naming.js";
import { drawSign, SIGNS } from "./signs.js";

const SIGN = 11;
const SIDES = ["right", "left", "above", "further"]; // below a marker stand its signs
const STATE_SIDES = ["below", "above", "right", "left"];
const LARGE = 20; // radius, in world units, of a state whose name is never left out

// A name as short as tells it apart: what stands before a bracket, with the challenger where two are alike.
export function shortName(p, k) {
  const { challenger, host, name } = p.theatres[k];
  if (name === `${p.states[challenger].id}-${p.states[host].id}`) return ""; // says no more than the arc
  const stem = (theatre) => theatre.name.split(" (")[0];
  const own = stem(p.theatres[k]);
  const alike = p.theatres.filter((theatre) => stem(theatre) === own);
  if (alike.length === 1) return own.length > 24 ? `${own.slice(0, 22).trimEnd()}…` : own;
  const other = new Set(alike.map((theatre) => theatre.challenger)).size > 1 ? challenger : host;
  return `${own} (${p.states[other].name})`;
}

export class Theatres {
  // `nodes` are discs of states that markers keep clear of: rows [state, radius in world units]; `names` their names.
  constructor(p, places, arcs, marks, nodes, names) {
    this.places = places;
    this.nodes = nodes;
    // Who has no room for a name is the lesser power.
    this.names = nodes.map(([i, radius]) => [names[i], i, radius]).sort((a, b) => b[2] - a[2]);
    this.marks = p.theatres.map((theatre, k) => this.mark(p, theatre, k));
    const paths = p.theatres.map((theatre, k) => bow(places.states[theatre.challenger], places.theatres[k]));
    this.arcs = paths.map((d, k) => svg("path.gw-arc", { d, "data-theatre": p.theatres[k].id }));
    this.casings = paths.map((d) => svg("path.gw-casing", { d }));
    arcs.replaceChildren(...this.casings, ...this.arcs);
    // What is drawn last lies on top: the greatest stakes go first.
    const order = p.theatres.map((_, k) => k).sort((a, b) => p.theatre.stake[0][b] - p.theatre.stake[0][a]);
    marks.replaceChildren(...order.map((k) => this.marks[k].place));
  }

  mark(p, theatre, k) {
    const disc = svg("circle.gw-disc");
    const ring = svg("circle.gw-war-ring");
    const number = svg("text.gw-rung-number", { dy: "0.35em", "aria-hidden": "true" });
    const name = svg("text.gw-place", { "aria-hidden": "true" }, shortName(p, k));
    const signs = SIGNS.map((sign) => drawSign(sign));
    const row = svg("g.gw-signs", ...signs);
    const group = svg(
      "g.gw-theatre",
      {
        role: "button",
        tabindex: 0,
        "data-testid": `theatre-${theatre.id}`,
        onclick: (event) => {
          event.stopPropagation();
          bus.select(bus.selected() === k ? -1 : k);
        },
        onkeydown: (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          event.stopPropagation();
          bus.select(bus.selected() === k ? -1 : k);
        },
      },
      svg("circle.gw-reach", { r: 14 }),
      ring,
      disc,
      row,
    );
    // What is written stands outside the button, whose name says more than the writing.
    const place = svg("g", group, number, name);
    return { place, group, disc, ring, number, name, row, signs, radius: 6, said: "" };
  }

  // Everything that depends on the round.
  update(p, round) {
    const now = p.theatre;
    this.marks.forEach((mark, k) => {
      const rung = rungShown(p, k, round);
      const war = now.war[round][k] === 1;
      const radius = 5 + 6 * Math.min(1, Math.sqrt(now.stake[round][k] / 0.015));
      const levels = SIGNS.map(([sign]) => now[sign][round][k]);
      const words = this.words(p, k, round, levels);
      if (words === mark.said) return;
      mark.said = words;
      mark.radius = radius;
      mark.disc.setAttribute("r", radius.toFixed(1));
      mark.disc.style.fill = rungColour(rung);
      mark.ring.setAttribute("r", (radius + 4).toFixed(1));
      mark.group.classList.toggle("gw-at-war", war);
      mark.group.classList.toggle("gw-quiet", rung === 0);
      mark.group.dataset.rung = rung;
      mark.number.textContent = rung;
      mark.number.style.fill = rungInk(rung);
      mark.group.setAttribute("aria-label", words);
      this.showSigns(mark, levels);
      const arc = this.arcs[k];
      arc.style.stroke = rungColour(rung);
      arc.style.strokeWidth = 1 + 0.35 * rung;
      arc.dataset.rung = rung;
      this.casings[k].style.strokeWidth = 2.4 + 0.35 * rung;
      this.casings[k].dataset.rung = rung;
    });
  }

  showSigns(mark, levels) {
    let at = 0;
    const shown = levels.map((level, s) => level >= SIGNS[s][2]);
    const width = (shown.filter(Boolean).length - 1) * SIGN;
    mark.signs.forEach((sign, s) => {
      sign.style.display = shown[s] ? "" : "none";
      if (shown[s]) sign.setAttribute("transform", `translate(${at++ * SIGN - width / 2},0)`);
      sign.dataset.level = levels[s];
    });
    mark.row.setAttribute("transform", `translate(0,${(mark.radius + 8).toFixed(1)})`);
  }

  words(p, k, round, levels) {
    const theatre = p.theatres[k];
    const extra = SIGNS.filter(([, , least], s) => levels[s] >= least)
      .map(([sign]) => (sign === "deal" ? "a deal in force" : `${sign} ${percent(p.theatre[sign][round][k])}`))
      .join(", ");
    const step = `rung ${rungShown(p, k, round)}, ${rungWords(p, k, round)}`;
    const stake = `stake ${percent(p.theatre.stake[round][k])} of world power`;
    return `${theatre.name}: ${theatre.sides}; ${step}; ${stake}${extra ? `; ${extra}` : ""}`;
  }

  chosen(k) {
    this.marks.forEach((mark, i) => {
      mark.group.classList.toggle("gw-selected", i === k);
      mark.group.setAttribute("aria-pressed", i === k);
    });
    this.arcs.forEach((arc, i) => {
      arc.classList.toggle("gw-selected", i === k);
    });
  }

  // Put markers where they belong, part those that touch, and keep only names and signs that have room; `covered` is
  // the box of the buttons that lie over the map.
  place(view, covered) {
    const at = this.places.theatres.map((point) => view.screen(point));
    const nodes = this.nodes.map(([i, r]) => [...view.screen(this.places.states[i]), r * view.k]);
    part(
      at,
      this.marks.map((mark) => mark.radius + 1.5),
      nodes,
    );
    const taken = at.map(([x, y], k) => boxAbout(x, y, 2 * this.marks[k].radius, 2 * this.marks[k].radius));
    taken.push(...nodes.map(([x, y, r]) => boxAbout(x, y, 2 * r, 2 * r)), covered);
    this.marks.forEach((mark, k) => {
      mark.place.setAttribute("transform", `translate(${at[k][0].toFixed(1)},${at[k][1].toFixed(1)})`);
    });
    for (const [name, i, radius] of this.names) {
      const off = radius * view.k + 2;
      const options = { own: at.length + i, must: radius > LARGE };
      putName(name, view.screen(this.places.states[i]), [off, off + 9], STATE_NAME, STATE_SIDES, taken, view, options);
    }
    this.marks.forEach((mark, k) => {
      const [x, y] = at[k];
      const inside = x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
      const below = boxAbout(x, y + mark.radius + 8, 4 * SIGN, SIGN);
      const room = inside && (k === bus.selected() || !taken.some((box, i) => i !== k && overlap(box, below)));
      mark.row.style.visibility = room ? "" : "hidden";
      if (room) taken.push(below);
    });
    this.marks.forEach((mark, k) => {
      if (!mark.name.textContent) return;
      putName(mark.name, at[k], [mark.radius + 4], THEATRE_NAME, SIDES, taken, view, { own: k, origin: at[k] });
    });
  }
}

// Push apart discs that cover one another, a few rounds of it; order alone decides where two lie in one spot.
// `fixed` discs, rows [x, y, radius], stay where they are.
function part(at, radii, fixed) {
  for (let turn = 0; turn < 12; turn++) {
    for (let i = 0; i < at.length; i++) {
      for (const [x, y, radius] of fixed) {
        const [dx, dy] = [at[i][0] - x || 0.01 * (i + 1), at[i][1] - y || 0.01];
        const distance = Math.hypot(dx, dy);
        const push = radii[i] + radius - distance;
        if (push > 0) at[i] = [at[i][0] + (push * dx) / distance, at[i][1] + (push * dy) / distance];
      }
      for (let j = 0; j < i; j++) {
        const [dx, dy] = [at[i][0] - at[j][0] || 0.01 * (i - j), at[i][1] - at[j][1] || 0.01];
        const distance = Math.hypot(dx, dy);
        const push = (radii[i] + radii[j] - distance) / 2;
        if (push <= 0) continue;
        at[i] = [at[i][0] + (push * dx) / distance, at[i][1] + (push * dy) / distance];
        at[j] = [at[j][0] - (push * dx) / distance, at[j][1] - (push * dy) / distance];
      }
    }
  }
}
