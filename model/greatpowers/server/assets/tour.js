// The guided tour: one card that moves from target to target; arrows, Escape and Tab work as in any dialog.
const SEEN = "greatpowers-tour";
let steps = [];
let at = 0;
let card = null;
let before = null;

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function button(text, className, act, name) {
  const button = make("button", className, text);
  button.type = "button";
  button.dataset.testid = `tour-${name}`;
  button.addEventListener("click", act);
  return button;
}

function visible(selector) {
  return [...document.querySelectorAll(selector)].find((shown) => shown.getClientRects().length);
}

function draw() {
  const step = steps[at];
  document.querySelector(".gp-tour-target")?.classList.remove("gp-tour-target");
  const target = visible(step.target);
  target?.classList.add("gp-tour-target");
  const head = make("h2", "gp-tour-title", step.title);
  head.id = "gp-tour-title";
  const count = make("p", "gp-tour-count", `Step ${at + 1} of ${steps.length}`);
  const text = make("p", "gp-tour-text", step.text);
  const row = make("div", "gp-tour-row");
  row.append(button("Skip", "gp-tour-quiet", end, "skip"), make("span", "gp-tour-gap"));
  if (at) row.append(button("Back", "gp-tour-quiet", () => go(at - 1), "back"));
  const last = at === steps.length - 1;
  const onward = button(last ? "Begin" : "Next", "gp-tour-next", () => (last ? end() : go(at + 1)), "next");
  row.append(onward);
  card.replaceChildren(count, head, text, row);
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
  card = make("div", "gp-tour");
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-modal", "false");
  card.setAttribute("aria-labelledby", "gp-tour-title");
  card.dataset.testid = "tour-card";
  card.addEventListener("keydown", onKey);
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
