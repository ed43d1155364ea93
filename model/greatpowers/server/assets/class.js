// The page of a student: come in, foretell, sit in a chair, see the scores, and what luck and choices did.
import { forget, ownLuck, prepare, scoreTable, showPlay } from "./class_play.js";
import * as shared from "./class_shared.js";
import { h, percent } from "./draw.js";

let lesson = null;
let shown = "";
let prepared = "";

const sending = shared.sender(show);

function show(latest) {
  if (latest.outside) {
    if (lesson) forget();
    lesson = null;
    draw("outside", join);
    return;
  }
  const played = [latest.code, latest.turns, latest.default.name, latest.me.id].join();
  if (played !== prepared) forget(); // a telephone has the world of what its class plays
  prepared = played;
  lesson = latest;
  shared.find("title").textContent = lesson.title;
  shared.find("kind").textContent = `${lesson.me.name} · your number ${lesson.me.number}`;
  document.body.dataset.stage = lesson.stage;
  if (lesson.me.left) {
    draw("left", left);
    return;
  }
  const { stage, play, debrief } = lesson;
  if (stage === "gathering") draw(`gathering ${prepared}`, gathering);
  else if (stage === "predict") draw(`predict ${JSON.stringify(lesson.prediction)}`, predict);
  else if (stage === "play" && play) {
    // only what changes the page of this player draws it again: others' moves do not
    drawPlay(`play ${play.turn} ${play.waits} ${lesson.me.partner}`);
  } else if (stage === "play") draw("no chair", () => [shared.heading("You are being given a chair")]);
  else if (stage === "scores") draw("scores", scores);
  else draw(`debrief ${Boolean(debrief.luck)} ${Boolean(debrief.model_answer)}`, debriefed);
}

function draw(key, content) {
  if (key === shown) return;
  shown = key;
  shared.put(content());
}

function drawPlay(key) {
  if (key === shown) return;
  shown = key;
  showPlay(lesson, sending).catch((error) => shared.tell(error.message));
}

function join() {
  const field = (name, label, more) =>
    h("label.field", label, h("input", { name, autocomplete: "off", required: true, ...more }));
  const form = h(
    "form",
    field("code", "Code (on the teacher’s screen)", {
      value: location.hash.slice(1),
      inputmode: "numeric",
      pattern: "[0-9 ]{6,8}",
      maxlength: 8,
    }),
    field("name", "Your name", { maxlength: 24 }),
    h(
      "details",
      h("summary", "I have already joined this class"),
      field("number", "Your number (shown at the top of your page)", {
        inputmode: "numeric",
        maxlength: 4,
        required: false,
      }),
    ),
    h("button.main", { type: "submit" }, "Join"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sending("join", Object.fromEntries(new FormData(form)));
  });
  return [shared.heading("Join"), form];
}

function left() {
  return [
    shared.heading("You have left"),
    h("p", "Your chair is kept for you. Whoever plays against you does not have to wait."),
    shared.button("Return", () => sending("back"), "main"),
  ];
}

function gathering() {
  prepare().catch((error) => shared.tell(error.message));
  return [
    shared.heading("You have joined"),
    h("p", lesson.summary),
    h("p", `If you lose this page, return with the code, your name and your number: ${lesson.me.number}.`),
    h("p", { role: "status" }, "Wait for your teacher to begin."),
    shared.leaving(sending),
  ];
}

function predict() {
  const mine = lesson.prediction;
  const form = h(
    "form",
    h(
      "fieldset",
      h("legend", `Which policy brings the least escalation over ${lesson.place} within ${lesson.turns} years?`),
      ...lesson.policies.map(({ name, title, summary }) =>
        h(
          "label.choice",
          h("input", { type: "radio", name: "policy", value: name, required: true, checked: mine?.policy === name }),
          h("span", h("strong", title), ` ${summary}`),
        ),
      ),
    ),
    h(
      "label.field",
      `Under “${lesson.default.title}”: in how many of 100 possible histories is there war over ${lesson.place} within ${lesson.turns} years?`,
      h("input", {
        name: "war",
        type: "number",
        min: 0,
        max: 100,
        step: 1,
        required: true,
        inputmode: "numeric",
        value: mine ? Math.round(100 * mine.war) : null,
      }),
    ),
    h("button.main", { type: "submit" }, mine ? "Change my prediction" : "Submit my prediction"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    sending("predict", { policy: data.get("policy"), war: Number(data.get("war")) / 100 });
  });
  const title = mine ? lesson.policies.find(({ name }) => name === mine.policy).title : "";
  return [
    shared.heading("Predict before you see"),
    h("p", lesson.question),
    mine
      ? h(
          "p.note",
          { role: "status" },
          `Your prediction: ${title}; war in ${percent(mine.war)}. You may change it until the game begins.`,
        )
      : null,
    form,
    shared.leaving(sending),
  ];
}

function scores() {
  const mine = lesson.standings.find((one) => one.mine);
  return [
    shared.heading("The scores"),
    mine
      ? h(
          "p.note",
          `You: ${shared.points(mine.score)} points; the default policy: ${shared.points(mine.usual)}. `,
          `Orders given: ${mine.given} of ${mine.turns} years${mine.given ? "" : ", so this is the default policy’s score and not yours"}.`,
        )
      : null,
    h("p", "Everybody had the same world and the same luck: only the orders differ."),
    ...shared.standingsView(lesson, false),
    lesson.play?.score ? scoreTable(lesson.play.score) : null,
    shared.leaving(sending),
  ];
}

function debriefed() {
  const own = h("div");
  const luck = lesson.play && lesson.debrief.luck?.[lesson.play.side];
  const content = [
    shared.heading("What luck did, and what choices did"),
    own,
    ...shared.debriefView(lesson, () => null),
    ...shared.predictionsView(lesson),
    h("p.small", "All of this is what a model says, not a forecast of the world."),
  ];
  if (luck) ownLuck(own, luck);
  return content;
}

shared.follow("state", () => lesson?.version ?? "", show);
