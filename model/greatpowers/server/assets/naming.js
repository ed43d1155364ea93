// Where names go on a crowded map: beside, above or below what they name, and nowhere where there is no room.

// Widths of a letter and height of a line, px: of theatres, and of the bolder names of states.
export const THEATRE_NAME = [6.3, 13];
export const STATE_NAME = [7, 14];

export function boxAbout(x, y, width, height) {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

export function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function overlapArea(a, b) {
  return (
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]))
  );
}

// Put a text in the first of some spots about `at` that is free, or hide it; `taken` grows by its box. Sides to try are
// tried at every distance of `offs`. The box at place `own` of `taken` is of the thing itself. Where a text `must` be
// seen and no spot is free, it goes where it covers least. Coordinates of the text are from `origin`.
export function putName(text, at, offs, [letter, line], sides, taken, view, options = {}) {
  const { own = -1, origin = [0, 0], must = false } = options;
  const width = letter * text.textContent.length + 4;
  const spots = offs.flatMap((off) => sides.map((side) => spot(side, at, off, width, line)));
  const within = spots.filter(({ box }) => box[0] > 0 && box[1] > 0 && box[2] < view.width && box[3] < view.height);
  const others = taken.filter((_, i) => i !== own);
  let free = within.find(({ box }) => !others.some((other) => overlap(other, box)));
  if (!free && must) {
    const covered = ({ box }) => others.reduce((sum, other) => sum + overlapArea(other, box), 0);
    free = within.reduce((best, each) => (!best || covered(each) < covered(best) ? each : best), null);
  }
  text.style.display = free ? "" : "none";
  if (!free) return;
  taken.push(free.box);
  text.setAttribute("x", (free.x - origin[0]).toFixed(1));
  text.setAttribute("y", (free.y + 4 - origin[1]).toFixed(1));
  text.setAttribute("text-anchor", free.anchor);
}

function spot(side, [x, y], off, width, line) {
  const [dx, dy, anchor] = {
    right: [off, 0, "start"],
    left: [-off, 0, "end"],
    above: [0, -off - line / 2, "middle"],
    below: [0, off + line / 2, "middle"],
    further: [0, off + 19, "middle"],
  }[side];
  const middle = x + (anchor === "middle" ? 0 : Math.sign(dx) * (off + width / 2));
  return { x: x + dx, y: y + dy, anchor, box: boxAbout(middle, y + dy, width, line) };
}
