// The question: what the scenario is asked, the answer with its doubt, every policy against the one it is held against.
// Whoever asks for more sends "gp-why" or "gp-what-if" to the page, which shows a history or the levers.
import { h, svg } from "./draw.js";
import { reading, rounded, yearTicks } from "./plot.js";

const [WIDTH, ROW] = [200, 22]; // of a drawing of one difference, in units of its own
const WORDS = {
  "-1": () => "too rare to tell",
  0: () => "no detectable difference",
  1: (sign) => `${sign > 0 ? "more" : "less"}, not certain`,
  2: (sign) => (sign > 0 ? "more" : "less"),
};

let answer; // undefined until the server has spoken, null where nothing is asked
let chosen = 0; // place
let curve = 0;
let plot = null; // of the curve
const room = h("gp-question", { "data-testid": "question" });
const sized = new ResizeObserver(() => drawCurve());

// Better, worse or neither: a matter of the sign, of what is wanted, and of how sure it is.
function meaning(row, better) {
  return row.verdict <= 0 ? "none" : row.sign === better ? "better" : "worse";
}

// A name in lines of so many characters.
function inLines(name, most) {
  const lines = [""];
  for (const word of name.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= most || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function rebuild() {
  if (!answer) {
    const sentence =
      answer === null
        ? "This world comes with no question of its own. Compare sets any two policies side by side."
        : "Playing the histories that answer the question…";
    return room.replaceChildren(h("div.gq-wait", h("p", { role: "status" }, sentence), next()));
  }
  const place = answer.places[Math.min(chosen, answer.places.length - 1)];
  room.dataset.runs = answer.runs;
  room.toggleAttribute("data-last", answer.last);
  plot = svg("svg.gq-curve", { role: "img" });
  room.replaceChildren(
    h(
      "div.gq-top",
      h(
        "section.gq-answer",
        { "aria-label": "The answer" },
        h("p.gq-kicker", answer.scenario),
        h("h2.gq-title", answer.question),
        places(),
        h("p.gq-verdict", { "data-testid": "verdict" }, place.verdict),
        h("p.gq-short", place.short),
        h(
          "details.gq-numbers",
          h("summary", "How sure is each number?"),
          h("ul", ...place.sentences.map((line) => h("li", line))),
        ),
        next(),
      ),
      group(`Over ${place.label}`, place.panels, h("p.gq-status", { role: "status" }, status()), key()),
      curves(),
    ),
    group("In the world", answer.world),
  );
  sized.disconnect();
  sized.observe(plot);
}

function status() {
  const sets = answer.draws
    ? ` and ${answer.draws} parameter sets that fit the record about equally well`
    : "; what the record leaves open is still being played";
  return `Each policy against ${answer.titles[answer.against]}: ${answer.runs} matched histories${sets}.`;
}

function places() {
  if (answer.places.length < 2) return null;
  const labels = answer.places.map(({ label }) => label[0].toUpperCase() + label.slice(1));
  return picks("Place", labels, chosen, (i) => {
    chosen = i;
  });
}

// Buttons of which one is pressed; the page is built anew for another, and the hand stays where it was.
function picks(name, labels, pressed, choose) {
  const press = (i) => {
    choose(i);
    rebuild();
    room.querySelectorAll(`[aria-label="${name}"] button`)[i].focus();
  };
  const button = (label, i) => h("button", { "aria-pressed": String(i === pressed), onclick: () => press(i) }, label);
  return h("div.gq-places", { role: "group", "aria-label": name }, ...labels.map(button));
}

function next() {
  return h(
    "div.gq-next",
    h("button", { onclick: () => dispatchEvent(new Event("gp-why")), "data-testid": "why" }, "Why? Watch a history"),
    h(
      "button",
      { onclick: () => dispatchEvent(new Event("gp-what-if")), "data-testid": "what-if" },
      "What if? Move the levers",
    ),
  );
}

function curves() {
  const titles = answer.curves.map(({ title }) => title);
  const choices = picks("Curve", titles, curve, (i) => {
    curve = i;
  });
  return h(
    "figure.gq-figure",
    h("figcaption", h("h3", `${answer.curves[curve].title} in the world under each policy`), choices),
    plot,
  );
}

// The scale holds what there is after the first eighth, not zero: what is looked at is the difference, and every
// policy inherits the same beginning. A beginning beyond it leaves the picture, with its value written there.
function drawCurve() {
  const { clientWidth: width, clientHeight: height } = plot;
  if (!width) return;
  const { lines, title, unit } = answer.curves[curve];
  const [left, right, above, below] = [44, Math.min(170, width * 0.38), 10, 22];
  const values = Object.values(lines).flatMap((line) => line.slice(Math.floor(line.length / 8)));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (r) => left + (r / (answer.quarters.length - 1)) * (width - left - right);
  const y = (value) => above + ((high - value) / (high - low || 1)) * (height - above - below);
  const emphasis = (name) => (name === answer.asked ? "asked" : name === answer.against ? "against" : "other");
  const ends = Object.entries(lines)
    .map(([name, line]) => ({
      name,
      line,
      at: y(line.at(-1)),
      words: inLines(answer.titles[name], (right - 12) / 6.5),
    }))
    .sort((one, other) => one.at - other.at);
  let room = above + 4;
  for (const end of ends) {
    end.label = Math.max(end.at, room);
    room = end.label + 14 * end.words.length;
  }
  const spill = Math.max(0, room - 14 - (height - below));
  plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
  plot.setAttribute(
    "aria-label",
    `${title} (${unit}), mean of ${answer.runs} histories by quarter. At the end: ${ends
      .map(({ name, line }) => `${answer.titles[name]} ${reading(line.at(-1), unit)}`)
      .join(", ")}.`,
  );
  const first = lines[answer.against][0];
  const inside = svg("svg.gq-inside", { y: above - 2, width, height: height - above - below + 4 });
  inside.setAttribute("viewBox", `0 ${above - 2} ${width} ${height - above - below + 4}`);
  inside.append(
    ...ends.map(({ name, line }) =>
      svg("path", {
        class: `gq-line gq-${emphasis(name)}`,
        d: `M${line.map((value, r) => `${x(r).toFixed(1)},${y(value).toFixed(1)}`).join("L")}`,
      }),
    ),
  );
  plot.replaceChildren(
    ...rounded(low, high).flatMap((value) => [
      svg("path.gq-grid", { d: `M${left},${y(value)}H${width - right}` }),
      svg("text.gq-tick", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, reading(value, unit)),
    ]),
    ...yearTicks(answer.quarters, x, height - 5, width - left - right).map((tick) => {
      tick.setAttribute("class", "gq-tick");
      return tick;
    }),
    inside,
    ...(first > high
      ? [
          svg(
            "text.gq-tick",
            { x: left + 0.2 * (width - left - right), y: above + 12 },
            `from ${reading(first, unit)} at the start`,
          ),
        ]
      : []),
    ...ends.flatMap(({ name, at, label, words }) => [
      svg("path.gq-leader", { d: `M${width - right + 1},${at}L${width - right + 9},${label - spill}` }),
      svg(
        "text",
        { class: `gq-name gq-${emphasis(name)}`, y: label - spill + 4 },
        ...words.map((text, at) => svg("tspan", { x: width - right + 12, dy: at && 14 }, text)),
      ),
    ]),
  );
}

function group(title, panels, ...before) {
  return h(
    "section.gq-group",
    { "aria-label": title },
    h("h3", title),
    ...before,
    h("div.gq-panels", ...panels.map(panel)),
  );
}

function panel({ heading, scale, better, rows }) {
  const bounds = rows.flatMap((row) => [...row.luck, ...(row.open ?? []), 0]);
  const [low, high] = [Math.min(...bounds), Math.max(...bounds)];
  const x = (value) => 6 + ((value - low) / (high - low || 1)) * (WIDTH - 12);
  const row = ({ policy, value, ...more }, name, ...words) =>
    h(
      "li",
      { class: `gq-row ${name}` },
      h("span.gq-who", answer.titles[policy]),
      dot(more, x),
      h("span.gq-value", value),
      ...words,
    );
  const [asked, ...others] = rows.map((one) =>
    row(
      one,
      `gq-is-${meaning(one, better)}`,
      h("span.gw-hidden", ` against ${one.against}: ${one.doubt}; `),
      h("span.gq-word", WORDS[one.verdict](one.sign)),
    ),
  );
  const held = row({ policy: answer.against, value: rows[0].against }, "gq-held", h("span.gq-word", "compared with"));
  return h(
    "div.gq-panel",
    h("h4", heading),
    h("p.gq-unit", `${scale}; ${better > 0 ? "right" : "left"} is better`),
    h("ul", asked, held, ...others),
  );
}

// The policy held against is where nothing differs.
function dot({ luck: [mean, low, high] = [0, 0, 0], open }, x) {
  const bar = (from, to, name) =>
    svg("path", { class: name, d: `M${x(from).toFixed(1)},${ROW / 2}H${(x(to) + 0.01).toFixed(2)}` });
  return svg(
    "svg.gq-dot",
    { viewBox: `0 0 ${WIDTH} ${ROW}`, "aria-hidden": "true", preserveAspectRatio: "none" },
    svg("path.gq-zero", { d: `M${x(0).toFixed(1)},-6V${ROW + 6}` }),
    open ? bar(...open, "gq-open") : null,
    bar(low, high, "gq-luck"),
    bar(mean, mean, "gq-mean"),
  );
}

function key() {
  const item = (name, words) => h("li", h("span", { class: `gq-key gq-key-${name}` }), words);
  return h(
    "ul.gq-legend",
    { "aria-label": "How to read it" },
    item("mean", "mean of its histories"),
    item("luck", "95% by luck"),
    item("open", "what parameters that fit the record leave open"),
  );
}

export function questionView() {
  rebuild();
  return room;
}

// Show another answer: undefined while it is being played, null where nothing is asked.
export function showAnswer(latest) {
  if (latest?.question !== answer?.question) chosen = 0;
  answer = latest;
  rebuild();
}
