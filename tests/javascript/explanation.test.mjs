// An explanation is data; the page draws it, whatever its texts hold.
import assert from "node:assert/strict";
import { test } from "node:test";
import { module } from "./page.mjs";

const { explained } = await module("explain.js");
const option = (move, rung, utility) => ({
  move,
  rung,
  probability: 0.5,
  utility,
  terms: { sanctions: -0.004, norms: 0 },
  contest: 0.4,
  sanctions: 0.1,
  clash: 0,
});
const told = {
  title: "Up\n\nriver",
  happened: ["It escalates.", "<b>Bold</b>: a name."],
  reasons: ["It had a 50% chance of escalating; it did."],
  options: [option("hold", 2, 0.001), option("up", 3, -0.002)],
  rungs: ["provocation", "proxy support"],
  terms: ["sanctions"],
  choice: { luck: 0.715 },
  beliefs: { credibility: [0.37, 0.64], contest: [0.5, 0.51] },
  believed: ["It underestimated the coalition."],
  followed: ["At the quarter's end: at war."],
};

function shown(data) {
  const room = document.createElement("div");
  room.append(...explained(data));
  return room;
}

test("every option has its terms, in thousandths, and its chances", () => {
  const room = shown(told);
  const cells = (term) => [...room.querySelectorAll(`[data-term="${term}"] td`)].map((cell) => cell.textContent);
  assert.deepEqual(cells("utility"), ["+1.000", "−2.000"]);
  assert.deepEqual(cells("sanctions"), ["−4.000", "−4.000"]);
  assert.deepEqual(cells("probability"), ["50%", "50%"]);
  assert.deepEqual(cells("norms"), []);
  assert.match(room.querySelector("caption").textContent, /random draw 0\.715/);
});

test("belief stands beside truth", () => {
  const cells = [...shown(told).querySelectorAll("[data-testid=story-beliefs] td")].map((cell) => cell.textContent);
  assert.deepEqual(cells.filter(Boolean), ["37%", "64%", "50%", "51%"]);
});

test("a text is text", () => {
  const room = shown(told);
  assert.equal(room.querySelector("b b, p b"), null);
  assert.match(room.querySelector("[data-testid=story-happened]").textContent, /<b>Bold<\/b>/);
});

test("where there was no choice, none is drawn", () => {
  const room = shown({ ...told, options: [] });
  assert.equal(room.querySelector("table"), null);
  assert.match(room.textContent, /no choice/);
});
