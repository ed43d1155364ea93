// The store: one cursor, which everything that draws follows.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { module } from "./page.mjs";

const { bus } = await module("bus.js");
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const payload = (rounds, events = []) => ({ rounds, theatres: [{}, {}], events });

beforeEach(() => {
  bus.pause();
  bus.setPayload(
    payload(10, [
      { round: 3, main: true },
      { round: 5, main: false },
      { round: 7, main: true },
    ]),
  );
  bus.setCursor(0);
});

test("the cursor stays within the history", () => {
  bus.setCursor(99);
  assert.equal(bus.cursor(), 9);
  bus.step(-99);
  assert.equal(bus.cursor(), 0);
  bus.setCursor(Number.NaN);
  assert.equal(bus.cursor(), 0);
});

test("several moves within one frame are told once, with where the cursor is", async () => {
  await frame();
  const heard = [];
  const off = bus.on("cursor", (round) => heard.push(round));
  for (const round of [2, 4, 6]) bus.setCursor(round);
  await frame();
  off();
  bus.setCursor(1);
  await frame();
  assert.deepEqual(heard, [6]);
});

test("it jumps to main events only", () => {
  bus.jump(1);
  assert.equal(bus.cursor(), 3);
  bus.jump(1);
  assert.equal(bus.cursor(), 7);
  bus.jump(1);
  assert.equal(bus.cursor(), 7);
  bus.jump(-1);
  assert.equal(bus.cursor(), 3);
});

test("a shorter history takes the cursor and the selection back", () => {
  bus.setCursor(9);
  bus.select(1);
  bus.setPayload({ ...payload(4), theatres: [{}] });
  assert.equal(bus.cursor(), 3);
  assert.equal(bus.selected(), -1);
});

test("it plays at its speed, and stops where it is paused or ends", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  bus.setSpeed(10);
  bus.play();
  context.mock.timers.tick(350);
  assert.equal(bus.cursor(), 3);
  bus.pause();
  context.mock.timers.tick(1000);
  assert.deepEqual([bus.cursor(), bus.playing()], [3, false]);
  bus.play();
  context.mock.timers.tick(2000);
  assert.deepEqual([bus.cursor(), bus.playing()], [9, false]);
});
