// What the page says of itself: a notice that stays until it is put right or put away, and short ones that pass.
import { h } from "./draw.js";
import { icon } from "./icons.js";

const SHOWN = 4000; // ms

const text = h("span");
const close = h("button.gp-icon", { "aria-label": "Put this notice away" }, icon("close"));
export const notice = h("div.gp-notice", { role: "alert", hidden: true, "data-testid": "notice" }, text, close);
close.addEventListener("click", () => warn(""));

// Say what is wrong; nothing is, without a sentence.
export function warn(sentence) {
  text.textContent = sentence;
  notice.hidden = !sentence;
}

const passing = h("div.gp-passing", { role: "status" });

// Say something in passing: "info", "positive" or "warning".
export function notify(sentence, kind = "info") {
  if (!passing.isConnected) document.body.append(passing);
  const shown = h("p", { class: `gp-note-${kind}` }, sentence);
  passing.append(shown);
  setTimeout(() => shown.remove(), SHOWN);
}
