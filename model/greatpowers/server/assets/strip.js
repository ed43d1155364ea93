// <gp-strip>: the ladder of each theatre over time, a row a theatre; a click goes there.
import { bus } from "./bus.js";
import { Drawing, h, rungColour, rungShown, rungWords, svg, TOP } from "./draw.js";
import { scrubs } from "./plot.js";

const ROW = 16;
const RUNGS = [0, 1, 2, 3, 4, 5, 6, 7];
const WAR = TOP + 1; // drawn as the top of the ladder, with a mark

class Strip extends Drawing {
  build(p) {
    this.setAttribute("data-testid", "strip");
    const rows = p.theatres.map((theatre, k) =>
      h(
        "button.gw-strip-name",
        {
          title: theatre.name,
          "data-testid": `strip-${theatre.id}`,
          onclick: () => bus.select(bus.selected() === k ? -1 : k),
        },
        h("span.gw-chip"),
        h("span.gw-strip-text", theatre.name),
      ),
    );
    const height = ROW * p.theatres.length;
    this.paths = RUNGS.map((rung) => svg("path", { style: `fill:${rungColour(rung)}`, "data-rung": rung }));
    this.paths.push(svg("path.gw-war-line"));
    this.line = svg("path.gw-cursor");
    this.cells = svg(
      "svg.gw-strip-cells",
      { viewBox: `0 0 ${p.rounds} ${height}`, preserveAspectRatio: "none", role: "img", style: `height:${height}px` },
      ...this.paths,
      this.line,
    );
    this.fill(p);
    scrubs(this.cells, (x) => Math.floor((x / this.cells.clientWidth) * p.rounds));
    this.cells.addEventListener("pointerdown", (event) => {
      const k = Math.floor((event.clientY - this.cells.getBoundingClientRect().top) / ROW);
      bus.select(Math.max(0, Math.min(p.theatres.length - 1, k)));
    });
    this.names = h("div.gw-strip-names", ...rows);
    this.replaceChildren(h("div.gw-strip-grid", this.names, this.cells, h("div"), years(p)));
    this.labels = [];
  }

  // One path a rung, and one for the marks of wars: drawn again and again while a lever moves.
  fill(p) {
    const paths = [...RUNGS, "war"].map(() => "");
    p.theatres.forEach((_, k) => {
      const at = (round) => (p.theatre.war[round][k] ? WAR : rungShown(p, k, round));
      for (const [rung, start, wide] of stretches(p.rounds, at)) {
        paths[Math.min(rung, TOP)] += `M${start},${ROW * k + 1}h${wide}v${ROW - 2}h${-wide}z`;
        if (rung === WAR) paths[WAR] += `M${start},${ROW * k + ROW / 2 - 1}h${wide}v2h${-wide}z`;
      }
    });
    paths.forEach((d, i) => {
      this.paths[i].setAttribute("d", d);
    });
  }

  flown() {
    this.fill(this.latest());
    this.refresh();
  }

  update(p, round) {
    this.line.setAttribute("d", `M${round + 0.5},0V${ROW * p.theatres.length}`);
    this.cells.setAttribute("aria-label", `Rung of each theatre by quarter; the cursor is at ${p.quarters[round]}`);
    [...this.names.children].forEach((name, k) => {
      const rung = rungShown(p, k, round);
      const words = `${p.theatres[k].name}: rung ${rung}, ${rungWords(p, k, round)}`;
      if (this.labels[k] === words) return;
      this.labels[k] = words;
      name.setAttribute("aria-label", words);
      name.dataset.rung = rung;
      name.firstElementChild.style.background = rungColour(rung);
    });
  }

  chosen(_, k) {
    [...this.names.children].forEach((name, i) => {
      name.classList.toggle("gw-selected", i === k);
      name.setAttribute("aria-pressed", i === k);
    });
  }
}

// Stretches of rounds in which a value is the same: [value, first round, rounds].
export function stretches(rounds, valueAt) {
  const found = [];
  let start = 0;
  for (let r = 1; r <= rounds; r++) {
    if (r < rounds && valueAt(r) === valueAt(start)) continue;
    found.push([valueAt(start), start, r - start]);
    start = r;
  }
  return found;
}

export function years(p) {
  const every = p.rounds > 100 ? 10 : p.rounds > 24 ? 4 : 1;
  const marks = p.quarters
    .map((quarter, r) => [quarter, r])
    .filter(
      ([quarter, r]) => quarter.endsWith("Q1") && Number(quarter.slice(0, 4)) % every === 0 && r < 0.92 * p.rounds,
    );
  return h(
    "div.gw-years",
    { "aria-hidden": "true" },
    ...marks.map(([quarter, r]) => h("span", { style: `left:${(100 * r) / p.rounds}%` }, quarter.slice(0, 4))),
  );
}

customElements.define("gp-strip", Strip);
