// The signs beside a theatre's marker. Each has a shape of its own, so that none depends on its colour.
import { svg } from "./draw.js";

// Name, what it means, least level drawn, colour variable, and a shape drawn in a square of 10 by 10 about the origin.
export const SIGNS = [
  [
    "sanctions",
    "sanctions in force",
    0.02,
    "--gw-sanctions",
    () => [svg("circle.gw-sign-line", { r: 3.9 }), svg("path.gw-sign-line", { d: "M-2.8,-2.8L2.8,2.8" })],
  ],
  [
    "presence",
    "guardians’ troops present",
    0.002,
    "--gw-presence",
    () => [
      svg("path.gw-sign-body", {
        d: "M0,-4.4L3.9,-3V.4C3.9,2.6 2.2,3.9 0,4.8C-2.2,3.9 -3.9,2.6 -3.9,.4V-3Z",
      }),
    ],
  ],
  [
    "aid",
    "arms and money for the host",
    0.02,
    "--gw-aid",
    () => [svg("path.gw-sign-body", { d: "M-1.4,-4.3H1.4V-1.4H4.3V1.4H1.4V4.3H-1.4V1.4H-4.3V-1.4H-1.4Z" })],
  ],
  [
    "deal",
    "a deal in force",
    0.5,
    "--gw-deal",
    () => [
      svg("rect.gw-sign-body", { x: -3.6, y: -4.4, width: 7.2, height: 8.8, rx: 1 }),
      svg("path.gw-sign-mark", { d: "M-1.9,.2L-.5,1.7L2,-1.7" }),
    ],
  ],
];

export function drawSign([name, , , colour, shape]) {
  return svg("g", { class: `gw-sign gw-sign-${name}`, style: `--gw-sign:var(${colour})` }, ...shape());
}
