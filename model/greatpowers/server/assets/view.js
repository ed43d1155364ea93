// Looking closer: which part of the world fills the window, by wheel with Ctrl, drag, pinch or buttons.

const MOST = 24;

export class View {
  // `changed` is told after every move; `extent` is [left, top, right, bottom] in world units.
  constructor(svg, extent, changed) {
    this.svg = svg;
    this.extent = extent;
    this.changed = changed;
    this.box = extent;
    this.pointers = new Map();
    this.stop = new AbortController();
    const listen = (kind, fn, options = {}) => svg.addEventListener(kind, fn, { signal: this.stop.signal, ...options });
    listen("wheel", (event) => this.wheel(event), { passive: false });
    listen("pointerdown", (event) => this.down(event));
    listen("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel", "pointerleave"])
      listen(kind, (event) => this.pointers.delete(event.pointerId));
    this.watch = new ResizeObserver(() => this.resize());
    this.watch.observe(svg);
  }

  end() {
    this.stop.abort();
    this.watch.disconnect();
  }

  resize() {
    this.width = this.svg.clientWidth || 600;
    this.height = this.svg.clientHeight || 400;
    this.fit(this.box);
  }

  // Show a box of world units as large as it goes; a wide world in a tall window fills half of its height at least.
  fit(box) {
    this.box = box;
    const [width, height] = [box[2] - box[0], box[3] - box[1]];
    this.k = Math.min(this.width / width, this.height / height);
    this.x = (box[0] + box[2]) / 2;
    this.y = (box[1] + box[3]) / 2;
    this.tell();
  }

  // Scale by a factor about a point of the window, by default its middle.
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [wx, wy] = this.world(px, py);
    const least = Math.min(
      this.width / (this.extent[2] - this.extent[0]),
      this.height / (this.extent[3] - this.extent[1]),
    );
    this.k = Math.max(least, Math.min(MOST, this.k * factor));
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
    const whole = Math.min(
      this.width / (this.extent[2] - this.extent[0]),
      this.height / (this.extent[3] - this.extent[1]),
    );
    return this.k / whole;
  }

  tell() {
    // One finger scrolls the page until the map has been enlarged.
    this.svg.style.touchAction = this.close > 1.05 ? "none" : "pan-y";
    this.changed();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const area = this.svg.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX - area.left, event.clientY - area.top);
  }

  down(event) {
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
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
