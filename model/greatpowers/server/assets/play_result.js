// How a game came out: the score term by term, presets on the same luck and in other worlds, and what was misjudged.
import { figure, h, percent, svg, table } from "./draw.js";
import { explained } from "./explain.js";
import { drawingFiles, standalone } from "./files.js";
import { mean } from "./matched.js";

const HEAVIEST = 3;

// Whose score it is: a leader who decides nothing is scored for what others had decided.
function orders({ ordered, rounds, inherited }) {
  return ordered === 0
    ? `You gave no order, so this is the score of “${inherited}”, which was in force when you took the chair.`
    : `You gave orders in ${ordered} of ${rounds} quarters; in the others, what was in force continued.`;
}

export function resultView(game, send, details) {
  const best = game.rivals[0];
  const beaten = game.rivals.filter((rival) => rival.score < game.score).length;
  return [
    h(
      "div.gg-result",
      h(
        "section.gg-sheet.gg-score",
        { "aria-label": "Your score" },
        h(
          "h2",
          { tabindex: -1 },
          "Your score: ",
          h("span", { "data-testid": "play-score" }, game.score.toFixed(1)),
          h("small.gg-muted", " of 100"),
        ),
        h(
          "p",
          `${game.rounds / 4} years in “${game.title}”, luck ${game.seed}. On this same luck you did better than ${beaten} of ${game.rivals.length} presets; the best of them, ${best.title}, made ${best.score.toFixed(1)}.`,
        ),
        h("p", { "data-testid": "play-orders" }, orders(game)),
        game.takenBack
          ? h(
              "p.gg-notice",
              { "data-testid": "play-marked" },
              `Marked: ${game.takenBack} quarter${game.takenBack === 1 ? " was" : "s were"} taken back in this game.`,
            )
          : null,
        h(
          "div.gg-go",
          h("button.gg-button.gg-main", { id: "gg-new", onclick: () => send({ do: "leave" }) }, "Play again"),
          h("button.gg-button", { id: "gg-back", onclick: () => send({ do: "back" }) }, "Take back the last quarter"),
        ),
      ),
      terms(game, best, send),
      rivals(game),
      h(
        "section.gg-sheet",
        { "aria-label": "In other worlds" },
        h("h3", "Skill or luck?"),
        h(
          "div",
          { "data-testid": "play-standing", "aria-live": "polite" },
          h("p.gg-muted.gg-waiting", "Playing every preset, and your own choices, in 100 other worlds …"),
        ),
      ),
      game.debrief ? judged(game, details) : null,
      game.debrief ? deterrence(game.debrief, details) : null,
      game.debrief ? offers(game.debrief, details) : null,
    ),
  ];
}

function terms(game, best, send) {
  const weigh = (name, value) =>
    send({
      do: "weigh",
      weights: Object.fromEntries(game.lines.map((line) => [line.name, line.name === name ? value : line.weight])),
    });
  return h(
    "section.gg-sheet",
    { "aria-label": "Term by term" },
    h("h3", "Term by term"),
    h(
      "p.gg-muted",
      "Score = 100 less, for each term, weight × price × quantity. Prices are a judgement of what matters; change the weights and every score follows.",
    ),
    table(
      ["Term", "Weight", "You", "Price", "Points", best.title],
      [
        ...game.lines.map((line, at) => [
          [line.label, h("small", line.meaning)],
          [weight(line, weigh), h("small", `× ${line.weight}`)],
          [figure(line.quantity), h("small", line.unit)],
          figure(line.price),
          h("td", { "data-testid": `play-points-${line.name}` }, points(line.points)),
          points(best.lines[at].points),
        ]),
        { class: "gg-total", cells: ["Score", "", "", "", game.score.toFixed(1), best.score.toFixed(1)] },
      ],
      { class: "gg-table gg-terms", "data-testid": "play-terms" },
    ),
  );
}

function weight(line, weigh) {
  return h("input.gg-range", {
    id: `gg-weight-${line.name}`,
    type: "range",
    min: 0,
    max: HEAVIEST,
    step: 0.5,
    value: line.weight,
    "aria-label": `Weight of ${line.label.toLowerCase()}`,
    onchange: (event) => weigh(line.name, Number(event.target.value)),
  });
}

function points(lost) {
  return lost === 0 ? "0" : `−${lost.toFixed(1)}`;
}

function rivals(game) {
  const rows = [
    ...game.rivals.map((rival) => ({ ...rival, own: false })),
    { title: "You", policy: "chair", score: game.score, own: true },
  ].sort((a, b) => b.score - a.score);
  const span = Math.max(1, ...rows.map((row) => Math.abs(row.score)));
  return h(
    "section.gg-sheet",
    { "aria-label": "On the same luck" },
    h("h3", "On the same luck"),
    h(
      "ol.gg-bars",
      { "data-testid": "play-rivals" },
      ...rows.map((row) =>
        h(
          "li",
          { class: row.own ? "gg-own" : "", "data-policy": row.policy },
          h("span", row.title),
          h(
            "span.gg-track",
            h("span", {
              class: row.score < 0 ? "gg-fill gg-below" : "gg-fill",
              style: `width:${((100 * Math.abs(row.score)) / span).toFixed(1)}%`,
            }),
          ),
          h("b", row.score.toFixed(1)),
        ),
      ),
    ),
  );
}

export function standingView(standing, game) {
  if (!standing) return [];
  const own = standing.scores.find((row) => row.policy === "chair");
  const average = mean(own.scores);
  return [
    h(
      "p",
      `Your score is better than ${percent(standing.betterThan)} of ${standing.histories} histories of the presets in other worlds. Your choices, made blindly in those worlds, would have scored ${average.toFixed(1)} on average; this luck, and having watched it, made that ${Math.abs(game.score - average).toFixed(1)} points ${game.score < average ? "fewer" : "more"}.`,
    ),
    ...scoresFigure(standing, game),
    table(
      ["Preset", "Difference", "95% interval"],
      standing.difference.map(({ policy, title, mean: apart, low, high }) => ({
        "data-policy": policy,
        cells: [title, signed(apart), low === null ? "–" : `${signed(low)} to ${signed(high)}`],
      })),
      { class: "gg-table gg-diff" },
      h("caption.gg-muted", `Your choices less each preset, in the same ${own.scores.length} other worlds`),
    ),
  ];
}

function scoresFigure(standing, game) {
  const drawing = strip(standing, game);
  const [width, height] = drawing.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const alone = () =>
    standalone(drawing, {
      width,
      height,
      title: "Scores in other worlds",
      subtitle: [`${game.title}, ${game.rounds} quarters; dashed: the game, ${game.score.toFixed(1)}`],
    });
  const rows = () => [
    ["world", ...standing.scores.map((row) => row.title)],
    ...standing.scores[0].scores.map((_, i) => [i + 1, ...standing.scores.map((row) => row.scores[i])]),
  ];
  return [
    h(
      "div.gg-bar",
      h("span.gg-muted", "Every world a tick, its mean a bar; dashed: your game."),
      drawingFiles("scores", () => `play-seed${game.seed}-scores`, alone, rows),
    ),
    drawing,
  ];
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}

// One row a policy: every world a tick, the mean a bar; the player's score a line through all rows.
function strip(standing, game) {
  const [low, high] = span([...standing.scores.flatMap((row) => row.scores), game.score]);
  const width = Math.max(280, Math.min(820, (document.querySelector("gp-play")?.clientWidth ?? 640) - 60));
  const [step, left] = [26, width < 480 ? 128 : 150];
  const x = (value) => left + ((width - left - 12) * (value - low)) / (high - low);
  const height = step * standing.scores.length + 30;
  const apart = high - low > 60 ? 20 : 10;
  const marks = Array.from(
    { length: Math.floor(high / apart) - Math.ceil(low / apart) + 1 },
    (_, i) => apart * (Math.ceil(low / apart) + i),
  );
  const label = standing.scores
    .map((row) => `${row.title} from ${Math.min(...row.scores).toFixed(0)} to ${Math.max(...row.scores).toFixed(0)}`)
    .join("; ");
  return svg(
    "svg.gg-strip",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `Scores in other worlds. ${label}. Yours here: ${game.score.toFixed(1)}.`,
    },
    ...marks.map((value) => svg("text.gg-tick-text", { x: x(value), y: height - 6 }, value.toFixed(0))),
    ...standing.scores.flatMap((row, at) => {
      const y = step * at + step / 2;
      const kind = row.policy === "chair" ? "gg-tick gg-tick-own" : "gg-tick";
      const middle = x(mean(row.scores));
      return [
        svg("text.gg-strip-name", { x: left - 8, y: y + 4 }, row.title),
        ...row.scores.map((value) => svg("line", { x1: x(value), x2: x(value), y1: y - 7, y2: y + 7, class: kind })),
        svg("line.gg-mean", { x1: middle, x2: middle, y1: y - 10, y2: y + 10 }),
      ];
    }),
    svg("line.gg-here", { x1: x(game.score), x2: x(game.score), y1: 0, y2: height - 24 }),
  );
}

function span(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.04 * (high - low || 1);
  return [low - room, high + room];
}

const MARK = { right: "✓", wrong: "✗" };

function judged(game, details) {
  const words = (kind, value) => game.choices[kind].find(([name]) => name === (value ?? ""))[1];
  const cell = (truth, stated, verdict) =>
    MARK[verdict]
      ? [truth, h("small", { class: `gg-verdict-${verdict}` }, `${MARK[verdict]} you stated: ${stated}`)]
      : truth;
  return h(
    "section.gg-sheet",
    { "aria-label": "What was true" },
    h("h3", "What was true all along"),
    table(
      ["Challenger", "It wanted", ["It believed of your word", "It believed"], "In truth"],
      game.debrief.judged.map((row) => ({
        "data-challenger": row.challenger,
        cells: [
          row.name,
          cell(
            row.insecure ? `security (${percent(row.fear)} fear)` : `gain (${percent(row.fear)} fear)`,
            words("motive", row.reading.motive),
            row.motive_verdict,
          ),
          cell(percent(row.believed), words("belief", row.reading.belief), row.belief_verdict),
          percent(row.true),
        ],
      })),
      { class: "gg-table", "data-testid": "play-judged" },
    ),
    details("gg-in-words", "The same in words", [
      h("ul.gg-list", ...game.debrief.judged.map((row) => h("li", row.text))),
    ]),
  );
}

function deterrence(debrief, details) {
  const { held, crossed, failures } = debrief;
  const head =
    held + crossed === 0
      ? "You drew no line with troops behind it, so none was tested."
      : `Lines with troops behind them were tested ${held + crossed} times: ${held} held, ${crossed} crossed.`;
  return h(
    "section.gg-sheet",
    { "aria-label": "Deterrence" },
    h("h3", "Where deterrence failed"),
    h("p", { "data-testid": "play-deterrence" }, head),
    ...failures.map((failure, at) =>
      caseOf(
        `gg-failure-${at}`,
        `${failure.quarter}, ${failure.place}: ${failure.rung}, across your line at ${failure.line}`,
        failure.why,
        failure.explanation,
        details,
      ),
    ),
    crossed > failures.length ? h("p.gg-muted", `and ${crossed - failures.length} lesser crossings`) : null,
  );
}

function offers(debrief, details) {
  const signed = debrief.offers.filter((offer) => offer.signed);
  const refused = debrief.offers.filter((offer) => !offer.signed);
  const shown = [...signed, ...refused.slice(-8)];
  return h(
    "section.gg-sheet",
    { "aria-label": "Offers" },
    h("h3", "What became of your offers"),
    h(
      "p",
      { "data-testid": "play-offers" },
      debrief.offers.length
        ? `${debrief.offers.length} proposed: ${signed.length} signed, ${refused.length} refused.`
        : "No deal was proposed.",
      debrief.idle.length
        ? ` On offer but never proposed, because the stalemate did not hurt enough or by chance: ${debrief.idle.join(", ")}.`
        : "",
    ),
    ...shown.map((offer, at) =>
      caseOf(
        `gg-offer-${at}`,
        `${offer.quarter}, ${offer.place}: ${offer.signed ? "signed" : "refused"}`,
        offer.text,
        offer.explanation,
        details,
      ),
    ),
    refused.length > 8 ? h("p.gg-muted", `and ${refused.length - 8} earlier refusals`) : null,
  );
}

function caseOf(id, title, why, explanation, details) {
  return h(
    "article.gg-story",
    h("b", title),
    h("p", why),
    details(id, "All that was weighed", [h("div.gg-weighed", ...explained(explanation))]),
  );
}
