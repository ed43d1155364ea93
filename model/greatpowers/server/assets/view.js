// Looking closer: which part of the world fills the window, by wheel with Ctrl, drag, pinch or buttons.

const MOST = 24;

export class View {
  // `changed` is told after every move.
  constructor(svg, changed) {
    this.svg = svg;
    this.changed = changed;
    this.pointers = new Map();
    this.linked = []; // other views of the same part of the world
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.pointers.set(event.pointerId, [event.clientX, event.clientY]));
    svg.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel", "pointerleave"])
      svg.addEventListener(kind, (event) => this.pointers.delete(event.pointerId));
    new ResizeObserver(() => this.resize()).observe(svg);
  }

  // Show a world of this extent, [left, top, right, bottom] in its units.
  enter(extent) {
    this.extent = this.box = extent;
    this.resize();
  }

  resize() {
    this.width = this.svg.clientWidth || 600;
    this.height = this.svg.clientHeight || 400;
    this.fit(this.box);
  }

  // Show a box of world units as large as it goes.
  fit(box) {
    this.box = box;
    this.k = this.scaleOf(box);
    this.x = (box[0] + box[2]) / 2;
    this.y = (box[1] + box[3]) / 2;
    this.tell();
  }

  // The scale at which a box fills the window.
  scaleOf(box) {
    return Math.min(this.width / (box[2] - box[0]), this.height / (box[3] - box[1]));
  }

  // Scale by a factor about a point of the window, by default its middle.
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [wx, wy] = this.world(px, py);
    this.k = Math.max(this.scaleOf(this.extent), Math.min(MOST, this.k * factor));
    this.x = wx - (px - this.width / 2) / this.k;
    this.y = wy - (py - this.height / 2) / this.k;
    this.tell();
  }

  world(px, py) {
    return [this.x + (px - this.width / 2) / this.k, this.y + (py - this.height / 2) / this.k];
  }

  screen([x, y]) {
    return [(x - this.x) * this.k + this.width / 2, (y - this.y) * this.k + this.height / 2];
  }

  get transform() {
    const [x, y] = this.screen([0, 0]);
    return `translate(${x.toFixed(2)},${y.toFixed(2)}) scale(${this.k.toFixed(4)})`;
  }

  get close() {
    return this.k / this.scaleOf(this.extent);
  }

  get shown() {
    return this.svg.clientWidth > 0;
  }

  draw() {
    // One finger scrolls the page until the map has been enlarged.
    this.svg.style.touchAction = this.close > 1.05 ? "none" : "pan-y";
    this.changed();
  }

  tell() {
    this.draw();
    if (this.shown) for (const other of this.linked) other.lookAs(this);
  }

  lookAs({ x, y, k, box }) {
    this.box = box; // what it shows once there is room for it
    if (!this.shown) return;
    Object.assign(this, { x, y, k });
    this.draw();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const area = this.svg.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX - area.left, event.clientY - area.top);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before || (event.pointerType === "touch" && this.close <= 1.05 && this.pointers.size < 2)) return;
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    const here = [event.clientX, event.clientY];
    this.pointers.set(event.pointerId, here);
    if (others.length) {
      const [ox, oy] = others[0][1];
      const area = this.svg.getBoundingClientRect();
      const ratio = Math.hypot(here[0] - ox, here[1] - oy) / (Math.hypot(before[0] - ox, before[1] - oy) || 1);
      this.zoom(ratio, (here[0] + ox) / 2 - area.left, (here[1] + oy) / 2 - area.top);
      return;
    }
    this.x -= (here[0] - before[0]) / this.k;
    this.y -= (here[1] - before[1]) / this.k;
    this.tell();
  }
}

// Have maps look at the same part of the world: whoever moves one moves the others.
export function linkMaps(maps) {
  const views = maps.map(({ view }) => view).filter(Boolean);
  const shown = views.find((view) => view.shown);
  for (const view of views) {
    if (shown) view.box = shown.box;
    view.linked = views.filter((other) => other !== view);
  }
}
