// <gp-panel>: the theatre selected and its story so far; with none selected, the places where it is hottest.
import { bus } from "./bus.js";
import { bar } from "./card.js";
import { Drawing, h, percent, rungShown, rungStyle, rungWords } from "./draw.js";
import { behind, weighs } from "./weighing.js";

class Panel extends Drawing {
  build() {
    this.setAttribute("data-testid", "panel");
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Theatre");
    this.setAttribute("tabindex", 0);
  }

  update(p, round) {
    const k = bus.selected();
    if (k < 0) {
      this.dataset.theatre = "";
      this.replaceChildren(...overview(p, round));
      return;
    }
    const opened = [...this.querySelectorAll("details")].map((details) => details.open);
    this.dataset.theatre = p.theatres[k].id;
    this.replaceChildren(...story(p, k, round));
    this.querySelectorAll("details").forEach((details, i) => {
      details.open = opened[i] ?? details.open;
    });
  }

  // A story is told of histories that are told.
  flown() {
    if (bus.selected() < 0) this.refresh();
  }

  chosen() {
    this.refresh();
    this.scrollTop = 0;
  }
}

function rungChip(p, k, round) {
  const rung = rungShown(p, k, round);
  return h(
    "span.gw-rung",
    { style: rungStyle(rung), "data-testid": "panel-rung" },
    `${rung} ${rungWords(p, k, round)}`,
  );
}

function overview(p, round) {
  if (!p.theatres.length) return [h("h2", "All quiet"), h("p.gw-muted", "Nothing is contested in this world.")];
  const order = p.theatres
    .map((_, k) => k)
    .sort(
      (a, b) =>
        rungShown(p, b, round) - rungShown(p, a, round) || p.theatre.stake[round][b] - p.theatre.stake[round][a],
    );
  return [
    h("h2", "Where it is hottest"),
    h("p.gw-muted", `${p.quarters[round]}. Choose a place to read its story.`),
    h(
      "ul.gw-hot",
      ...order.map((k) =>
        h(
          "li",
          h(
            "button.gw-hot-place",
            { onclick: () => bus.select(k) },
            h("span", p.theatres[k].name),
            rungChip(p, k, round),
            h("small.gw-muted", p.theatres[k].sides),
          ),
        ),
      ),
    ),
  ];
}

function story(p, k, round) {
  const theatre = p.theatres[k];
  const now = (column) => p.theatre[column][round][k];
  const name = (i) => p.states[i].name;
  return [
    h("button.gw-close", { "aria-label": "Close", onclick: () => bus.select(-1) }, "×"),
    h("h2", theatre.name),
    h("p", rungChip(p, k, round), " ", h("span.gw-muted", p.ladder[rungShown(p, k, round)].plain)),
    h("p.gw-muted", `${theatre.sides}, ${p.quarters[round]}`),
    h(
      "dl.gw-facts",
      fact(
        "Stake",
        `${percent(now("stake"))} of world power`,
        `to ${name(theatre.challenger)} worth ${percent(now("value"))} of its own power`,
        "panel-stake",
      ),
      fact(
        "Hostility",
        percent(now("hostility")),
        `left by past disputes; chance that it looks here: ${percent(now("attention") / (1 + now("attention")))}`,
        "panel-hostility",
      ),
      fact(
        "Held",
        `${percent(now("control"))} of ${name(theatre.host)}`,
        [now("annexed") ? "annexed" : null, now("recognised") > 0 ? `${percent(now("recognised"))} recognised` : null]
          .filter(Boolean)
          .join(", "),
      ),
      fact(
        "Sanctions",
        percent(now("sanctions")),
        `breadth ${percent(now("breadth"))}; declared ${percent(declared(p, "sanctions", k, round))}`,
      ),
      fact("Troops", `${percent(now("presence"))} of a force`, line(p, k, round)),
      fact("Aid", percent(now("aid")), `declared ${percent(declared(p, "aid", k, round))}`),
      fact(
        "Deal",
        now("deal") ? "in force" : declared(p, "deal", k, round) ? "on offer" : "none",
        now("deal") ? `${percent(now("relief_paid"))} relief paid` : "",
      ),
      now("spoilers") > 0.05
        ? fact("Spoilers", percent(now("spoilers")), "strength of those who would break a settlement")
        : null,
    ),
    h("h3", "Who supports each side"),
    ...behind(p, k, round),
    h("h3", `What ${name(theatre.challenger)} weighs`),
    weighs(p, k, round),
    bar(
      now("balance") || now("true_balance"),
      "Odds it sees",
      `${percent(now("balance") || now("true_balance"))}, truly ${percent(now("true_balance"))}`,
    ),
    p.theatre.war[round][k] ? null : bar(now("war_chance"), "Would go to war under fire", percent(now("war_chance"))),
    bar(now("believed_credibility"), "Coalition’s word, believed", percent(now("believed_credibility"))),
    bar(now("true_credibility"), "Coalition’s word, true", percent(now("true_credibility"))),
    h("h3", "So far"),
    soFar(p, k, round),
    theatre.reason
      ? h("details", h("summary", "Where these numbers start from"), h("p.gw-muted", theatre.reason))
      : null,
  ].filter(Boolean);
}

function fact(term, value, more, testid) {
  return h(
    "div",
    h("dt", term),
    h("dd", { "data-testid": testid ?? null }, value, more ? h("small.gw-muted", more) : null),
  );
}

function declared(p, lever, k, round) {
  const segment = p.declared.starts.findLastIndex((start) => start <= round);
  return p.declared.levers[lever][segment][k];
}

function line(p, k, round) {
  const red = declared(p, "red_line", k, round);
  const more = declared(p, "presence", k, round);
  return red > 7 || more === 0 ? "no red line" : `red line at ${p.ladder[red].name}: ${percent(more)} more`;
}

function soFar(p, k, round) {
  const entries = p.chronicle.filter((entry) => entry.theatre === k && entry.round <= round);
  if (!entries.length) return h("p.gw-muted", "Nothing of note yet.");
  return h(
    "ol.gw-story",
    ...entries
      .reverse()
      .map((entry) =>
        h(
          "li",
          h("button.gw-link", { onclick: () => bus.step(entry.round - bus.cursor()) }, p.quarters[entry.round]),
          ` ${entry.sentences.join(" ")}`,
        ),
      ),
  );
}

customElements.define("gp-panel", Panel);
