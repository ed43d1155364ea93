// <gp-strip>: the ladder of each theatre over time, a row a theatre; a click goes there.
import { bus } from "./bus.js";
import { Drawing, h, rungColour, rungShown, rungWords, svg } from "./draw.js";

const ROW = 16;
const RUNGS = [0, 1, 2, 3, 4, 5, 6, 7];

class Strip extends Drawing {
  build(p) {
    this.setAttribute("data-testid", "strip");
    const rows = p.theatres.map((theatre, k) =>
      h(
        "button.gw-strip-name",
        {
          type: "button",
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
      {
        viewBox: `0 0 ${p.rounds} ${height}`,
        preserveAspectRatio: "none",
        role: "img",
        style: `height:${height}px`,
      },
      ...this.paths,
      this.line,
    );
    this.fill(p);
    this.cells.addEventListener("pointerdown", (event) => this.pointed(event, true));
    this.cells.addEventListener("pointermove", (event) => event.buttons === 1 && this.pointed(event, false));
    this.names = h("div.gw-strip-names", ...rows);
    this.replaceChildren(h("div.gw-strip-grid", this.names, this.cells, h("div"), years(p)));
    this.labels = [];
  }

  // One path a rung, and one for the marks of wars: drawn again and again while a lever moves.
  fill(p) {
    const paths = [...RUNGS, "war"].map(() => "");
    p.theatres.forEach((_, k) => {
      for (const [rung, war, start, wide] of runs(p, k)) {
        paths[rung] += `M${start},${ROW * k + 1}h${wide}v${ROW - 2}h${-wide}z`;
        if (war) paths[RUNGS.length] += `M${start},${ROW * k + ROW / 2 - 1}h${wide}v2h${-wide}z`;
      }
    });
    paths.forEach((d, i) => {
      this.paths[i].setAttribute("d", d);
    });
  }

  flown() {
    this.fill(this.latest);
    this.refresh();
  }

  pointed(event, choose) {
    const p = this.payload;
    const area = this.cells.getBoundingClientRect();
    bus.pause();
    bus.setCursor(Math.floor(((event.clientX - area.left) / area.width) * p.rounds));
    if (choose) bus.select(Math.max(0, Math.min(p.theatres.length - 1, Math.floor((event.clientY - area.top) / ROW))));
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

// The stretches of rounds in which a theatre is at the same rung: [rung, whether at war, first round, rounds].
function runs(p, k) {
  const spells = [];
  let start = 0;
  for (let r = 1; r <= p.rounds; r++) {
    const [rung, war] = [rungShown(p, k, start), p.theatre.war[start][k]];
    if (r < p.rounds && rungShown(p, k, r) === rung && p.theatre.war[r][k] === war) continue;
    spells.push([rung, war, start, r - start]);
    start = r;
  }
  return spells;
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
