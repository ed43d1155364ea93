// The teacher's page: the code, the stages, who is where, and the pictures to talk about. All of it is the server's.
import * as shared from "./class_shared.js";
import { choice, h } from "./draw.js";

const STAGES = [
  ["gathering", "Join"],
  ["predict", "Predict"],
  ["play", "Play"],
  ["scores", "Scores"],
  ["debrief", "Debrief"],
];
const NEXT = {
  gathering: "Start: ask for predictions",
  predict: "Start the game",
  play: "End the game: show the scores",
  scores: "On to the debrief",
};

let lesson = null;
let shown = "";
let named = false;

const sending = shared.sender(show, "teacher/");

function show(latest) {
  lesson = latest;
  shared.find("title").textContent = lesson.title;
  const { version, ...rest } = lesson;
  const key = JSON.stringify([rest, named]);
  if (key === shown) return;
  // what is being typed, chosen or opened is not to be taken from under a hand
  const busy = document.activeElement;
  if (busy.matches("#stage input, #stage select") && document.body.dataset.stage === lesson.stage) {
    busy.addEventListener("blur", () => show(lesson), { once: true });
    return;
  }
  const same = document.body.dataset.stage === lesson.stage;
  document.body.dataset.stage = lesson.stage;
  shown = key;
  const open = [...shared.find("stage").querySelectorAll("details")].map((one) => one.open);
  const label = document.activeElement?.id;
  shared.put(content());
  shared
    .find("stage")
    .querySelectorAll("details")
    .forEach((one, at) => {
      one.open = same && (open[at] ?? false);
    });
  if (label) shared.find(label)?.focus();
}

function content() {
  const views = { gathering, predict: predicting, play: playing, scores, debrief };
  return [
    steps(),
    lesson.stage === "debrief" || lesson.stage === "scores" ? null : code(),
    ...views[lesson.stage](),
    control(),
    members(),
  ];
}

function steps() {
  const at = STAGES.findIndex(([stage]) => stage === lesson.stage);
  return h(
    "ol.steps",
    { "aria-label": "Stages" },
    ...STAGES.map(([, label], i) =>
      h("li", { class: i < at ? "done" : "", "aria-current": i === at ? "step" : null }, label),
    ),
  );
}

function code() {
  return h(
    "section",
    { class: lesson.stage === "gathering" ? "code" : "code small-code", "aria-label": "How to join" },
    lesson.alone || lesson.stage !== "gathering"
      ? null
      : h("img", { src: lesson.picture, alt: "The same address and code as a QR code, for the camera of a telephone" }),
    h("p", "Open ", h("strong", lesson.addresses[0])),
    h("p.digits", `${lesson.code.slice(0, 3)} ${lesson.code.slice(3)}`),
    h(
      "p.small",
      lesson.addresses.length > 1
        ? `If that does not open: ${lesson.addresses.slice(1).join(" or ")}`
        : "The code to join",
    ),
    lesson.alone && lesson.stage === "gathering"
      ? h(
          "p.note",
          "Only this computer can reach that address. Start again with --host 0.0.0.0 for telephones on the network.",
        )
      : null,
  );
}

const present = () => lesson.members.filter(({ left }) => !left);

function gathering() {
  return [
    shared.heading(`${present().length} ${present().length === 1 ? "student has" : "students have"} joined`),
    h(
      "p.names",
      present()
        .map(({ name }) => name)
        .join(", ") || "Nobody yet.",
    ),
    settings(),
  ];
}

function settings() {
  const now = lesson.settings;
  const chairs = [
    ["coalition", lesson.chairs.coalition],
    ["challenger", lesson.chairs.challenger],
    ["both", "Both: pairs of students, one against the other, in turn"],
  ];
  const lengths = [3, 4, 5, 6, 8, 10].map((n) => [n, `${n} years, ${n} orders`]);
  const policies = lesson.policies.map(({ name, title }) => [name, title]);
  const set = (change) => sending("settings", { ...now, ...change });
  const field = (id, label, rows, change = (value) => ({ [id]: value })) => {
    const select = choice("select", { id }, rows, now[id], (value) => set(change(value)));
    return h("label.field", { for: id }, label, select);
  };
  return h(
    "section.settings",
    { "aria-label": "What is played" },
    field("chairs", "Chair", chairs),
    field("turns", "Length", lengths, (turns) => ({ turns: Number(turns) })),
    field("default", "Default policy (where no orders are given)", policies),
    h(
      "label.field",
      { for: "seed" },
      "Luck (the same for all)",
      h("input", {
        id: "seed",
        type: "number",
        min: 0,
        max: 999999,
        value: now.seed,
        onchange: ({ target }) => set({ seed: target.valueAsNumber }),
      }),
    ),
  );
}

function predicting() {
  const predictions = lesson.members.filter(({ predicted }) => predicted).length;
  return [
    shared.heading(`${predictions} of ${present().length} have made a prediction`),
    h("p.question", lesson.question),
    h(
      "p",
      `They predict which policy brings the least escalation over ${lesson.place}, and how likely war is there. Their predictions are shown in the debrief.`,
    ),
  ];
}

function playing() {
  const seated = present().filter(({ turn }) => turn !== undefined);
  const done = seated.filter(({ turn }) => turn >= lesson.turns).length;
  const years = Array.from({ length: lesson.turns + 1 }, (_, turn) => seated.filter((one) => one.turn === turn).length);
  return [
    shared.heading(`${done} of ${seated.length} have finished`),
    h(
      "ul.votes",
      ...years.map((count, turn) => {
        const where = turn < lesson.turns ? `in year ${turn + 1}` : "finished";
        return shared.vote(where, where, count, seated.length);
      }),
    ),
    lesson.settings.chairs === "both"
      ? h(
          "p",
          shared.button("Wait no longer: count late orders as not given", () => sending("go-on")),
        )
      : null,
    ...(lesson.standings.length ? shared.standingsView(shownAs(lesson), true) : []),
  ];
}

// The class with names or without.
function shownAs(state) {
  return named ? state : { ...state, standings: state.standings.map((one) => ({ ...one, name: null })) };
}

function scores() {
  return [
    shared.heading("The scores"),
    h("p", `Everybody had the same world and the same luck (seed ${lesson.settings.seed}): only the orders differ.`),
    ...shared.standingsView(shownAs(lesson), false),
    (named ? (_, view) => view : shared.details)("The same as a table", standingsTable()),
  ];
}

function standingsTable() {
  return shared.table(
    "Everybody’s score",
    ["Player", "chair", "score", "default policy", "orders given"],
    shownAs(lesson).standings.map((one, at) => [
      one.name ?? `${at + 1}`,
      lesson.chairs[one.side],
      shared.points(one.score),
      shared.points(one.usual),
      `${one.given} of ${one.turns}`,
    ]),
  );
}

function debrief() {
  return [
    shared.heading("What luck did, and what choices did"),
    ...shared.debriefView(lesson, null),
    ...shared.predictionsView(lesson),
    h("p.small", "All of this is what a model says, not a forecast of the world."),
  ];
}

function control() {
  const next = NEXT[lesson.stage];
  return h(
    "p.control",
    next ? shared.button(next, () => sending("next", { stage: lesson.stage }), "main") : null,
    lesson.stage === "play" || lesson.stage === "scores"
      ? shared.button(named ? "Hide names" : "Show names", () => {
          named = !named;
          show(lesson);
        })
      : null,
  );
}

function members() {
  return shared.details(
    `All students (${lesson.members.length}), and starting a new class`,
    h("p.small", "With a number somebody can return from another telephone: do not show them to everybody."),
    h(
      "ul.members",
      ...lesson.members.map((one) =>
        h(
          "li",
          `${one.name}${one.left ? " (left)" : ""} · ${one.number}${one.partner ? ` · against ${one.partner}` : ""} `,
          shared.button(`Remove ${one.name}`, () => sending("remove", { id: one.id }), "quiet"),
        ),
      ),
    ),
    h(
      "p",
      shared.button(
        "Begin a new class: everybody joins again",
        () => confirm("Begin a new class? This one is put away in a file of its own.") && sending("new"),
        "quiet",
      ),
    ),
  );
}

document.title = "A class: the teacher’s page";
shared.find("kind").textContent = "The teacher’s page";
shared.follow("teacher/state", () => lesson?.version ?? "", show);
