// The guided tour: one card that moves from target to target; arrows, Escape and Tab work as in any dialog.
import { h } from "./draw.js";

const SEEN = "greatpowers-tour";
let steps = [];
let at = 0;
let card = null;
let before = null;

const button = (text, kind, act, name) => h(`button.${kind}`, { "data-testid": `tour-${name}`, onclick: act }, text);

function visible(selector) {
  return [...document.querySelectorAll(selector)].find((shown) => shown.getClientRects().length);
}

function draw() {
  const step = steps[at];
  document.querySelector(".gp-tour-target")?.classList.remove("gp-tour-target");
  const target = visible(step.target);
  target?.classList.add("gp-tour-target");
  const last = at === steps.length - 1;
  const onward = button(last ? "Begin" : "Next", "gp-tour-next", () => (last ? end() : go(at + 1)), "next");
  card.replaceChildren(
    h("p.gp-tour-count", `Step ${at + 1} of ${steps.length}`),
    h("h2.gp-tour-title", { id: "gp-tour-title" }, step.title),
    h("p.gp-tour-text", step.text),
    h(
      "div.gp-tour-row",
      button("Skip", "gp-tour-quiet", end, "skip"),
      h("span.gp-tour-gap"),
      at ? button("Back", "gp-tour-quiet", () => go(at - 1), "back") : null,
      onward,
    ),
  );
  place(step.corner ? null : target);
  onward.focus();
}

// Beside the target; in the corner where that is most of the window, or there is no room.
function place(target) {
  card.style.left = card.style.top = "";
  const box = target?.getBoundingClientRect();
  if (!box || innerWidth < 700 || box.height > innerHeight) return;
  const { width, height } = card.getBoundingClientRect();
  const below = box.bottom + height + 24 < innerHeight;
  const top = below ? box.bottom + 12 : Math.max(16, Math.min(box.top, innerHeight - height - 24));
  const beside = below ? box.left : box.right + width + 24 < innerWidth ? box.right + 12 : box.left + 24;
  card.style.left = `${Math.max(16, Math.min(beside, innerWidth - width - 16))}px`;
  card.style.top = `${top}px`;
}

function go(to) {
  at = to;
  draw();
}

function onKey(event) {
  if (event.key === "Escape") end();
  else if (event.key === "ArrowRight" && at < steps.length - 1) go(at + 1);
  else if (event.key === "ArrowLeft" && at > 0) go(at - 1);
  else if (event.key === "Tab") keepIn(event);
  event.stopPropagation();
}

function keepIn(event) {
  const all = [...card.querySelectorAll("button")];
  const next = all.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
  all.at(next % all.length).focus();
  event.preventDefault();
}

export function startTour(given) {
  steps = given;
  before = document.activeElement;
  card?.remove();
  const named = { role: "dialog", "aria-modal": "false", "aria-labelledby": "gp-tour-title" };
  card = h("div.gp-tour", { ...named, "data-testid": "tour-card", onkeydown: onKey });
  document.body.append(card);
  go(0);
}

function end() {
  localStorage.setItem(SEEN, "seen");
  document.querySelector(".gp-tour-target")?.classList.remove("gp-tour-target");
  card?.remove();
  card = null;
  before?.focus?.();
}

export function offerTour(given) {
  const seen = localStorage.getItem(SEEN) !== null;
  document.documentElement.dataset.tour = seen ? "seen" : "offered";
  if (!seen) startTour(given);
}

addEventListener("resize", () => card && place(steps[at].corner ? null : visible(steps[at].target)));
