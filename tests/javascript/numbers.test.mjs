// Numbers as people read them, scales of plots, and files of numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { module } from "./page.mjs";

const { figure, percent, thousandths } = await module("draw.js");
const { bounded, nice, Plot, reading, rounded, scaleOf, yearTicks } = await module("plot.js");
const { csv } = await module("files.js");

test("a small share keeps a figure", () => {
  assert.deepEqual([0, 0.0001, 0.0123, 0.5, 1].map(percent), ["0%", "under 0.1%", "1.2%", "50%", "100%"]);
});

test("thousandths have a sign, and nothing is never negative", () => {
  assert.deepEqual([0.0123, -0.0123, 0, -1e-9].map(thousandths), ["+12.300", "−12.300", "+0.000", "+0.000"]);
});

test("figures have three digits and no needless exponent", () => {
  assert.deepEqual([0, 1234.5, 0.0123456, 0.000001].map(figure), ["0", "1230", "0.0123", "1.0e-6"]);
  assert.equal(reading(0.0123, "share of world power"), "1.23%");
});

test("a number has the decimals that half its interval bears", () => {
  assert.deepEqual(
    [
      [0.07154, 0.0008],
      [96.2, 26],
      [12345.6, 40],
      [-0.0181, 0.002],
    ].map(([value, half]) => bounded(value, half)),
    ["0.0715", "96", "12,346", "−0.018"],
  );
  assert.deepEqual(
    [bounded(0.215, 0.07, true), bounded(-0.001, 0.2, true), bounded(0, 1, true)],
    ["+0.22", "0.0", "0"],
  );
  assert.equal(bounded(Number.NaN, 1), "–");
});

test("an axis ends at the next round number", () => {
  assert.deepEqual([0, 0.7, 1, 1.3, 2.2, 37, 260].map(nice), [1, 1, 1, 2, 2.5, 50, 500]);
});

test("a scale between two values has round numbers within them", () => {
  assert.deepEqual(rounded(0.0506, 0.119), [0.06, 0.08, 0.1]);
  assert.deepEqual(rounded(-1, 1), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(rounded(0.38, 0.57), [0.4, 0.45, 0.5, 0.55]);
  assert.deepEqual(rounded(3, 3), [3]);
});

test("a scale begins at zero, or near values that differ far from it", () => {
  assert.deepEqual(scaleOf([0.05, 0.22]), [0, 0.25]);
  assert.deepEqual(scaleOf([0.46, 0.59]), [0.45, 0.6]);
  assert.deepEqual(scaleOf([0, 0]), [0, 1]);
  assert.deepEqual(scaleOf([0.4, 0.4]), [0.4, 0.5]);
});

test("a plot keeps every value inside and finds the round under the pointer", () => {
  const plot = new Plot(146, 48, 10, [1, 2]);
  assert.equal(plot.y(1), 28);
  assert.equal(plot.y(1.5), 18);
  assert.deepEqual([plot.y(0), plot.y(5)], [plot.y(1), plot.y(2)]);
  for (const round of [0, 4, 9]) assert.equal(plot.roundAt(plot.x(round)), round);
});

test("years stand as they have room", () => {
  const quarters = Array.from({ length: 80 }, (_, r) => `${2017 + Math.floor(r / 4)}Q${1 + (r % 4)}`);
  const shown = yearTicks(quarters, (r) => 4 * r, 0, 320).map((text) => text.textContent);
  assert.deepEqual(shown, ["2020", "2025", "2030", "2035"]);
});

test("a CSV quotes what would break it", async () => {
  const text = await csv([
    ["a", 'say "b"', "c,d"],
    [1, null, "two\nlines"],
  ]).text();
  assert.equal(text, 'a,"say ""b""","c,d"\n1,,"two\nlines"\n');
});
