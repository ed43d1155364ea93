// What both pages of a class share: asking the server, and the pictures of scores and of luck.
import { h, percent, table as plainTable, svg } from "./draw.js";
import { mean } from "./matched.js";

export const find = (id) => document.getElementById(id);

const NEWS = 1500; // ms between two questions for news
const LOST = 4000; // ms, after the server did not answer

// Ask the server; what it refuses is an error with its sentence.
export async function ask(path, body) {
  const sent =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, { cache: "no-store", ...sent });
  if (answer.status === 204) return { none: true, outside: answer.headers.has("x-greatpowers-outside") };
  if (answer.ok) return answer.json();
  const refusal = new Error(
    answer.status === 409 || answer.status === 401 ? await answer.text() : "The answer could not be read.",
  );
  refusal.refused = true;
  throw refusal;
}

export function tell(sentence = "") {
  find("told").textContent = sentence;
}

// What sends something below a path: the page shows what the server makes of it, or says what it refuses.
export const sender =
  (show, below = "") =>
  (path, body = {}) =>
    ask(`${below}${path}`, body)
      .then((reply) => {
        tell();
        show(reply);
      })
      .catch((error) => tell(error.message));

// Follow what the server says: `show` is given every answer with news in it, and whether one is outside the class.
export function follow(path, version, show) {
  let lost = false;
  const look = async () => {
    let wait = NEWS;
    try {
      const reply = await ask(`${path}?seen=${version()}`);
      if (lost) tell("The connection is back.");
      lost = false;
      if (!reply.none || reply.outside) show(reply);
    } catch (error) {
      lost = !error.refused;
      tell(error.refused ? error.message : "No answer from the teacher’s computer; trying again. Nothing is lost.");
      wait = LOST;
    }
    setTimeout(look, wait);
  };
  look();
}

// Put content into the stage; where the keyboard was in what has gone, it goes to the new heading, which else is said.
export function put(content) {
  const place = find("stage");
  const title = place.querySelector("h2")?.textContent;
  const focused = place.contains(document.activeElement);
  place.replaceChildren(...content.filter(Boolean));
  if (focused) place.querySelector("h2")?.focus();
  else if (title !== place.querySelector("h2")?.textContent)
    find("news").textContent = place.querySelector("h2").textContent;
}

export const heading = (text) => h("h2", { tabindex: -1 }, text);

export function button(label, onclick, kind = "") {
  return h("button", { class: kind, onclick }, label);
}

// What a student leaves the class by; `send` sends it.
export function leaving(send) {
  return h(
    "p.small",
    button("Leave the class", () => send("leave"), "quiet"),
  );
}

export const points = (value) => value.toFixed(1).replace("-", "−").replace("−0.0", "0.0");
export const signed = (value) => `${value >= 0.05 ? "+" : ""}${points(value)}`;

// A table that may be wider than the screen.
export function table(caption, heads, rows) {
  return h(
    "div.wide",
    { tabindex: 0, role: "region", "aria-label": caption },
    plainTable(heads, rows, {}, h("caption", caption)),
  );
}

export function details(summary, ...content) {
  return h("details", h("summary", summary), ...content);
}

const middle = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

// A dot for each value, { value, mine, hollow, name }, and a line for each mark, { value, label }, on one axis.
export function dots(title, values, marks, unit = "points", wide = 1000) {
  const width = Math.max(280, Math.min(wide, (find("stage").clientWidth || 360) - 4));
  const big = width > 760; // on a wall
  const all = [...values.map(({ value }) => value), ...marks.map(({ value }) => value)];
  let [low, high] = [Math.min(...all), Math.max(...all)];
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((one) => (high - low) / one <= (width < 480 ? 5 : 9)) ?? 500;
  [low, high] = [
    Math.floor(low / step) * step,
    Math.max(Math.ceil(high / step) * step, Math.floor(low / step) * step + step),
  ];
  const x = (value) => 16 + ((value - low) / (high - low)) * (width - 32);
  const cell = big ? 18 : 13;
  const line = big ? 22 : 18; // a line of text
  const sign = unit === "%" ? unit : "";
  const read = (value) => `${points(value)}${sign}`;
  const piles = new Map();
  const placed = [...values]
    .sort((a, b) => Boolean(b.mine) - Boolean(a.mine) || a.value - b.value)
    .map((one) => {
      const pile = Math.round((x(one.value) - 16) / cell);
      const height = piles.get(pile) ?? 0;
      piles.set(pile, height + 1);
      return { ...one, x: 16 + pile * cell, level: height };
    });
  const tall = Math.max(1, ...piles.values()) * cell + 8;
  const top = line * marks.length + 6;
  const base = top + tall;
  const ticks = [];
  for (let value = low; value <= high; value += step) {
    ticks.push(svg("path.rule", { d: `M${x(value)},${base}v5` }));
    ticks.push(
      svg("text", { x: x(value), y: base + line + 1, "text-anchor": "middle" }, `${value}${sign}`.replace("-", "−")),
    );
  }
  const lines = marks.flatMap(({ value, label }, at) => {
    const right = x(value) > width / 2;
    return [
      svg("path.mark", { d: `M${x(value)},${line * at + 6}V${base}` }),
      svg(
        "text",
        { x: x(value) + (right ? -5 : 5), y: line * at + line - 1, "text-anchor": right ? "end" : "start" },
        `${label} ${read(value)}`,
      ),
    ];
  });
  const numbers = values.map(({ value }) => value);
  const summary = numbers.length
    ? `${numbers.length} from ${read(Math.min(...numbers))} to ${read(Math.max(...numbers))}${sign ? "" : ` ${unit}`}, half of them below ${read(middle(numbers))}`
    : "nothing yet";
  const marked = marks.map(({ value, label }) => `${label} ${read(value)}`).join("; ");
  return svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${base + line + 8}`,
      width,
      height: base + line + 8,
      class: big ? "dots big" : "dots",
      role: "img",
      "aria-label": `${title}: ${summary}. ${marked}`,
    },
    svg("path.rule", { d: `M8,${base}H${width - 8}` }),
    ...ticks,
    ...lines,
    ...placed.map((one) =>
      svg(
        "circle",
        {
          cx: one.x,
          cy: base - cell / 2 - one.level * cell - 1,
          r: cell / 2 - 1,
          class: `dot${one.mine ? " mine" : ""}${one.hollow ? " hollow" : ""}`,
        },
        svg("title", `${one.name ?? (one.mine ? "you" : "")} ${points(one.value)}`),
      ),
    ),
  );
}

// Shares that add up to one, as a bar with words below.
export function shares(title, parts) {
  const width = Math.max(280, Math.min(640, (find("stage").clientWidth || 360) - 4));
  let from = 0;
  const bars = parts.map(({ share, kind }) => {
    const bar = svg("rect", { x: from, y: 0, width: Math.max(0, share * width - 2), height: 26, class: kind });
    from += share * width;
    return bar;
  });
  return h(
    "figure",
    svg(
      "svg",
      {
        viewBox: `0 0 ${width} 26`,
        width,
        height: 26,
        role: "img",
        "aria-label": `${title}: ${parts.map(({ label, share }) => `${label} ${percent(share)}`).join(", ")}`,
      },
      ...bars,
    ),
    h(
      "ul.key",
      ...parts.map(({ label, share, kind }) => h("li", h("i", { class: kind }), `${label} ${percent(share)}`)),
    ),
  );
}

// How many there are of something, of so many; `name` is what the bar is called.
export function vote(label, name, count, most, ...more) {
  const meter = h("meter", { min: 0, max: Math.max(1, most), value: count, "aria-label": name });
  return h("li", h("span", label), meter, h("span", `${count}`), ...more);
}

// Where everybody stands, one picture for each chair that somebody sits in.
export function standingsView(lesson, ahead) {
  return Object.entries(lesson.chairs).flatMap(([side, chair]) => {
    const own = lesson.standings.filter((one) => one.side === side);
    if (own.length === 0) return [];
    const value = (one) => (ahead ? one.score - one.usual : one.score);
    const marks = ahead
      ? [{ value: 0, label: "as the default policy" }]
      : [{ value: own[0].usual, label: `${lesson.default.title} (default)` }];
    const lazy = own.filter((one) => one.given === 0).length;
    return [
      h("h3", chair),
      dots(
        `Scores in the chair of ${chair}`,
        own.map((one) => ({ value: value(one), mine: one.mine, hollow: one.given === 0, name: one.name })),
        marks,
        ahead ? "points more than the default policy" : "points",
      ),
      h(
        "p.small",
        ahead
          ? "Points more or fewer than the default policy has after the same number of years, on the same luck. "
          : "",
        lesson.standings.some((one) => one.mine) ? "Your dot is the one in colour. " : "",
        lazy > 0 ? `A hollow dot gave no order: its score is that of the default policy (${lazy}).` : "",
      ),
    ];
  });
}

// What luck and choices did, for each chair.
export function debriefView(lesson, student) {
  if (!lesson.debrief.luck) return [h("p", { role: "status" }, "The other histories are being played; one moment.")];
  return Object.entries(lesson.chairs).flatMap(([side, chair]) => {
    const scores = lesson.debrief.luck[side];
    if (!scores) return [];
    const usual = mean(scores.default);
    const luck = scores.defaultHere - usual;
    const worse = scores.default.filter((value) => value < scores.defaultHere).length / scores.default.length;
    return [
      h("h3", `What luck did: ${chair}`),
      h(
        "p",
        `The same policy (${lesson.default.title}) on ${scores.seeds} other draws of luck. Nobody chose differently; all that differs is chance. `,
        `Your class’s luck gave it ${points(scores.defaultHere)} points, ${points(Math.abs(luck))} ${luck >= 0 ? "more" : "fewer"} than it has on average; it scores lower on ${percent(worse)} of them.`,
      ),
      dots(
        "The default policy on other luck",
        scores.default.map((value) => ({ value })),
        [{ value: scores.defaultHere, label: "the luck of this class" }],
      ),
      h("h3", `What choices did: ${chair}`),
      h(
        "p",
        "Everybody’s orders played on all of that luck. A dot is the mean score of one player’s orders: luck has been averaged out, what is left is choice.",
      ),
      dots(
        "Mean scores of everybody's orders over other luck",
        scores.means.map((one) => ({ value: one.mean, mine: one.mine, name: one.name })),
        [{ value: usual, label: `${lesson.default.title} (default)` }],
      ),
      scores.games > 1
        ? h(
            "div",
            h("h3", `Choices or luck? ${chair}`),
            h(
              "p",
              `How much of the spread of all ${scores.games} × ${scores.seeds} scores is due to choices, and how much to luck:`,
            ),
            shares("Differences between scores", [
              { label: "choices", share: scores.choices, kind: "choices" },
              { label: "luck", share: scores.luck, kind: "luck" },
              { label: "both together (orders that suit one luck and not another)", share: scores.both, kind: "both" },
            ]),
          )
        : null,
      student ? student(scores) : null,
      student
        ? null
        : details(
            "The same as a table",
            table(
              `Scores in the chair of ${chair}`,
              ["Player", "this luck", "other luck, mean"],
              scores.means.map((one) => [one.name, points(one.here), points(one.mean)]),
            ),
          ),
    ];
  });
}

// What was predicted, and what the model gives.
export function predictionsView(lesson) {
  const predicted = lesson.debrief.model_answer;
  if (!predicted) return [];
  const least = predicted.titles.filter((_, at) => predicted.least[at]);
  const right = predicted.guesses.filter((guess) => predicted.least[predicted.policies.indexOf(guess.policy)]).length;
  const usual = predicted.policies.indexOf(lesson.default.name);
  const votes = predicted.policies.map((name) => predicted.guesses.filter((guess) => guess.policy === name).length);
  return [
    h("h3", "What you predicted"),
    h(
      "p",
      `Least escalation over ${lesson.place}: ${least.join(" or ")}, in the mean of ${predicted.histories} histories. `,
      least.length > 1 ? "Luck alone can explain the difference between these. " : "",
      `${right} of ${predicted.guesses.length} predicted that.`,
    ),
    h(
      "ul.votes",
      ...predicted.titles.map((title, at) =>
        vote(
          `${title}${predicted.least[at] ? " ★" : ""}`,
          `${title}: votes`,
          votes[at],
          Math.max(...votes),
          h("small", `escalation ${predicted.escalation[at].toFixed(3)}, war in ${percent(predicted.war[at])}`),
        ),
      ),
    ),
    h(
      "p",
      `Chance of war over ${lesson.place} within ${lesson.turns} years under ${lesson.default.title}: ${percent(predicted.war[usual])} of ${predicted.histories} histories. What you predicted:`,
    ),
    predicted.guesses.length
      ? dots(
          "Chances of war that were predicted",
          predicted.guesses.map((guess) => ({ value: 100 * guess.war })),
          [{ value: 100 * predicted.war[usual], label: "the model" }],
          "%",
        )
      : null,
  ];
}
