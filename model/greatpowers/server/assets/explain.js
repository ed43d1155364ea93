// The dialog of one story: what a challenger weighed, what it believed, and what followed.
import { bus } from "./bus.js";
import { h, percent, table, thousandths } from "./draw.js";

const room = h("div.gs-room");
const close = ({ target }) => target === dialog && dialog.close();
const named = { role: "dialog", "aria-labelledby": "gs-title", "data-testid": "story", onclick: close };
const dialog = h("dialog.gs-dialog", named, room);
let asked = null;
let explain = null;

// What explains a step on this page: `explainer(payload, step)` promises what explanation_data() of server/explanations.py
// has, for a step { theatre, round, quarter } of a history that is shown.
export function explainWith(explainer) {
  explain = explainer;
}

// Open the dialog of the story of a theatre, by its id, and a round in history 'a' or 'b'.
export async function ask(which, id, round) {
  bus.pause();
  const mine = { which, id, round };
  asked = mine;
  dialog.dataset.state = "loading";
  if (!dialog.open) {
    if (!dialog.isConnected) document.body.append(dialog);
    room.replaceChildren(head("One moment…"));
    dialog.showModal();
  }
  const p = bus.payload(which);
  const step = { theatre: p.theatres.findIndex((theatre) => theatre.id === id), round, quarter: p.quarters[round] };
  const explanation = await explain(p, step).catch(({ message }) => ({ fault: message }));
  if (mine === asked) tell({ ...explanation, ...mine, policy: p.policyTitle });
}

function tell(explanation) {
  const kept = dialog.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  room.replaceChildren(
    ...(explanation.fault === undefined
      ? story(explanation)
      : [head("This cannot be explained"), h("p", explanation.fault)]),
  );
  Object.assign(dialog.dataset, {
    state: "told",
    which: explanation.which,
    theatre: explanation.id,
    round: explanation.round,
  });
  dialog.querySelector(`[data-testid="${kept}"]:not([disabled])`)?.focus();
}

function head(title, policy = "") {
  return h(
    "div.gs-dialog-head",
    h("div", h("h2", { id: "gs-title" }, title), h("p.gs-muted", policy)),
    h("button.gs-close", { "aria-label": "Close", "data-testid": "story-close", onclick: () => dialog.close() }, "×"),
  );
}

function story(explanation) {
  return [head(explanation.title, `Under ${explanation.policy}`), ...explained(explanation), ways(explanation)];
}

// What an explanation tells, below its title.
export function explained(explanation) {
  const { credibility, contest } = explanation.beliefs;
  const beliefs = [
    ["How much of what the coalition declares would be done", credibility],
    ["Its chance of prevailing at the present rung", contest],
  ];
  return [
    h("p.gs-lead", { "data-testid": "story-happened" }, explanation.happened.join(" ")),
    h("p", { "data-testid": "story-chosen" }, explanation.reasons.join(" ")),
    h("h3", "What it weighed"),
    explanation.options.length ? weighed(explanation) : h("p.gs-muted", "It had no choice this quarter."),
    h("h3", "What it believed, and what was true"),
    explanation.options.length ? held(beliefs) : null,
    h("p.gs-muted", { "data-testid": "story-believed" }, explanation.believed.join(" ")),
    h("h3", "What followed in the same quarter"),
    h("ul.gs-points", { "data-testid": "story-followed" }, ...explanation.followed.map((text) => h("li", text))),
  ].filter(Boolean);
}

const WAYS = { down: "De-escalate to", hold: "Hold at", up: "Escalate to" };

function weighed({ options, rungs, terms, choice }) {
  const line = (term, cell) => ({
    class: term === "utility" || term === "probability" ? "gs-apart" : null,
    "data-term": term,
    cells: [term, ...options.map(cell)],
  });
  return h(
    "div.gs-scroll",
    { tabindex: 0, role: "region", "aria-label": "What was weighed" },
    table(
      ["", ...options.map(({ move }, i) => [h("b", WAYS[move]), h("small", rungs[i]), WAYS[move]])],
      [
        ...terms.map((term) => line(term, (option) => thousandths(option.terms[term]))),
        line("utility", ({ utility }) => thousandths(utility)),
        line("probability", ({ probability }) => percent(probability)),
        line("chance of prevailing", ({ contest }) => percent(contest)),
        line("sanctions expected", ({ sanctions }) => percent(sanctions)),
        line("chance of war", ({ clash }) => percent(clash)),
      ],
      { class: "gs-table", "data-testid": "story-weighed" },
      h("caption", `In thousandths of its own power; random draw ${choice.luck.toFixed(3)}`),
    ),
  );
}

function held(beliefs) {
  return table(
    ["", "believed", "true"],
    beliefs.map(([label, shares]) => [label, ...shares.map(percent)]),
    { class: "gs-table", "data-testid": "story-beliefs" },
  );
}

function ways(explanation) {
  const p = bus.payload(explanation.which);
  const other = explanation.which === "a" ? "b" : "a";
  const way = (text, testid, act, disabled = false) =>
    h("button.gs-button", { "data-testid": testid, disabled, onclick: act }, text);
  const at = (by) => () => ask(explanation.which, explanation.id, explanation.round + by);
  return h(
    "div.gs-ways",
    way("← A quarter before", "story-before", at(-1), explanation.round === 0),
    way("A quarter later →", "story-after", at(1), explanation.round >= (p?.rounds ?? 1) - 1),
    bus.payload(other)
      ? way(`The same moment under ${bus.payload(other).policyTitle}`, "story-other", () =>
          ask(other, explanation.id, explanation.round),
        )
      : null,
    way("Show it", "story-show", () => {
      dialog.close();
      bus.step(explanation.round - bus.cursor());
      bus.select(p.theatres.findIndex((theatre) => theatre.id === explanation.id));
    }),
  );
}
