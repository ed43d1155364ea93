// Where things lie on the map, and where their names go.
import assert from "node:assert/strict";
import { test } from "node:test";
import { module } from "./page.mjs";

const { bow, boxOf, layout, project, REGIONS } = await module("geometry.js");
const { boxAbout, overlap, putName } = await module("naming.js");

test("north is up, east is right, and the projection is symmetric about its meridian", () => {
  assert.ok(project(0, 60)[1] < project(0, 0)[1]);
  assert.ok(project(10, 50)[0] < project(30, 50)[0]);
  assert.ok(Math.abs(project(-40, 20)[0] + project(40, 20)[0] - 1000) < 1e-9);
});

test("areas are true: the same patch of degrees, weighed by its latitude, is as large anywhere", () => {
  const area = (lat) => {
    const [[west], [east]] = [project(-0.5, lat), project(0.5, lat)];
    return ((east - west) * (project(0, lat - 0.5)[1] - project(0, lat + 0.5)[1])) / Math.cos((lat * Math.PI) / 180);
  };
  for (const lat of [20, 45, 60]) assert.ok(Math.abs(area(lat) / area(0) - 1) < 1e-3, `at ${lat} degrees`);
});

test("every region is a box with an extent", () => {
  for (const [name, box] of REGIONS.slice(1)) {
    const [left, top, right, bottom] = boxOf(box);
    assert.ok(left < right && top < bottom, name);
  }
});

test("two rivals' theatres of a world without geography do not coincide", () => {
  const p = {
    layout: "plane",
    states: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
    theatres: [
      { challenger: 0, host: 1 },
      { challenger: 1, host: 0 },
    ],
  };
  const [[ax, ay], [bx, by]] = layout(p, 1.5).theatres;
  assert.ok(Math.hypot(ax - bx, ay - by) > 20);
  assert.match(bow([0, 0], [10, 0]), /^M0\.0,0\.0Q5\.0,-1\.8 10\.0,0\.0$/);
});

test("a name goes where there is room, and is hidden where there is none", () => {
  const view = { width: 200, height: 100 };
  const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
  text.textContent = "Donbas";
  const taken = [];
  putName(text, [100, 50], [8], [6, 12], ["right", "left"], taken, view);
  assert.equal(text.getAttribute("text-anchor"), "start");
  putName(text, [100, 50], [8], [6, 12], ["right", "left"], taken, view);
  assert.equal(text.getAttribute("text-anchor"), "end");
  assert.ok(!overlap(taken[0], taken[1]));
  putName(text, [100, 50], [8], [6, 12], ["right", "left"], taken, view);
  assert.equal(text.style.display, "none");
  assert.deepEqual(boxAbout(10, 10, 4, 2), [8, 9, 12, 11]);
});
