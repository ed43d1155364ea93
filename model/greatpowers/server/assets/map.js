// <gp-map>: the world at the cursor. Attributes: which ('a' or 'b'), label; property `colouring`.

import { backers, drawBacking } from "./backing.js";
import { bus } from "./bus.js";
import { stateCard } from "./card.js";
import { COLOURINGS } from "./colouring.js";
import { Drawing, h, options, rungShown, svg } from "./draw.js";
import { boxOf, layout, loadCountries, REGIONS } from "./geometry.js";
import { explainSigns, frameMap } from "./mapframe.js";
import { drawTextures, patterns } from "./textures.js";
import { Theatres } from "./theatres.js";
import { View } from "./view.js";

class WorldMap extends Drawing {
  colouring = "doctrine";

  build(p) {
    if (!this.svg) frameMap(this);
    const key = `${p.layout} ${p.scenario} ${p.states.length} ${p.theatres.length} ${p.states.map((s) => s.x).join()}`;
    this.setAttribute("data-layout", p.layout);
    if (key !== this.key) this.world(p, key);
    this.theatres = new Theatres(p, this.places, this.arcs, this.marks, this.nodes, this.names);
    this.theatres.update(p, this.round);
    this.moved();
    explainSigns(this.signs, p);
    this.colour(this.colouring);
  }

  // Land, states and view: kept as long as the same scenario is shown.
  world(p, key) {
    this.key = key;
    this.places = layout(p, this.aspect);
    this.land = svg("g.gw-land");
    this.texture = svg("g.gw-textures");
    this.arcs = svg("g.gw-arcs");
    this.backing = svg("g.gw-backings");
    this.scaled = svg("g", this.land, this.texture, this.arcs, this.backing);
    this.marks = svg("g.gw-theatres");
    this.labels = svg("g.gw-node-names");
    [this.names, this.nodes] = [[], []];
    this.svg.replaceChildren(svg("defs", ...patterns(this.which)), this.scaled, this.labels, this.marks);
    this.shapes = p.states.map(() => null);
    this.theatres = null;
    this.view ??= new View(this.svg, () => this.moved());
    this.view.enter(this.places.extent);
    if (p.layout === "map") loadCountries().then((countries) => key === this.key && this.drawLand(countries));
    else this.drawNodes(p);
    this.regionButtons(p);
    const states = p.states.map(({ name }, i) => [i, name]).sort(([, a], [, b]) => a.localeCompare(b));
    this.picker.replaceChildren(...options([[-1, "Read about a state…"], ...states]));
  }

  // How wide the window is for its height. One that is not shown now is shown in the place of another.
  get aspect() {
    const shown = [this, ...document.querySelectorAll("gp-map")].find((map) => map.svg?.clientWidth);
    return shown ? shown.svg.clientWidth / shown.svg.clientHeight : 2;
  }

  drawLand(countries) {
    const p = this.payload;
    const byIso = new Map(p.states.map((state, i) => [state.iso, i]));
    const idle = [];
    const active = [];
    for (const country of countries) {
      const i = country.iso ? byIso.get(country.iso) : undefined;
      const path = svg("path", { d: country.d, class: i === undefined ? "gw-other" : "gw-state" });
      if (i === undefined) idle.push(path);
      else active.push(this.state(path, p, i));
    }
    for (const [i, state] of p.states.entries()) {
      if (this.shapes[i] || state.lat === null) continue;
      const [cx, cy] = this.places.states[i];
      active.push(this.state(svg("circle.gw-state", { cx, cy, r: 4 }), p, i));
    }
    this.land.replaceChildren(...idle, ...active);
    drawTextures(this.texture, this.shapes, p, this.which);
    this.refresh();
  }

  drawNodes(p) {
    const most = Math.max(...p.state.power[0]);
    this.nodes = p.states.map((_, i) => [i, 12 + 20 * Math.sqrt(p.state.power[0][i] / most)]);
    const nodes = this.nodes.map(([i, r]) => {
      const [cx, cy] = this.places.states[i];
      return this.state(svg("circle.gw-state.gw-node", { cx, cy, r }), p, i);
    });
    this.names = p.states.map((state) => svg("text.gw-node-name", state.name));
    this.land.replaceChildren(...nodes);
    this.labels.replaceChildren(...this.names);
    drawTextures(this.texture, this.shapes, p, this.which);
  }

  state(shape, p, i) {
    this.shapes[i] = shape;
    shape.setAttribute("data-testid", `state-${p.states[i].id}`);
    shape.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.showCard(i, event));
    shape.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.hideCard());
    shape.addEventListener("click", (event) => {
      event.stopPropagation();
      this.showCard(i, event);
    });
    return shape;
  }

  regionButtons(p) {
    const box = (degrees) => (degrees ? boxOf(degrees) : this.places.extent);
    const regions = p.layout === "map" ? REGIONS : [["Whole", null]];
    this.regions.replaceChildren(
      ...regions.map(([name, degrees]) =>
        h("button", { onclick: () => this.view.fit(box(degrees)), "data-testid": `region-${name}` }, name),
      ),
    );
    if (p.layout === "map" && this.view.width < 560) this.view.fit(boxOf([-14, -8, 146, 66]));
  }

  moved() {
    this.scaled.setAttribute("transform", this.view.transform);
    // Textures keep their grain however far the map is enlarged.
    for (const pattern of this.svg.querySelectorAll("pattern"))
      pattern.setAttribute("patternTransform", `scale(${1 / this.view.k})`);
    const { offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height } = this.controls;
    this.theatres?.place(this.view, [x, y, x + width, y + height]);
    if (!this.card.hidden) this.placeCard();
  }

  colour(name) {
    this.colouring = name;
    const colouring = COLOURINGS[name];
    this.switch.show(name);
    this.legend.replaceChildren(
      h("li.gw-legend-title", `States: ${colouring.plain}`),
      ...colouring.legend(this.payload),
    );
    this.texture.style.display = name === "doctrine" ? "" : "none";
    this.fills = [];
    if (this.built) this.refresh();
  }

  update(p, round) {
    const colouring = COLOURINGS[this.colouring];
    this.shapes.forEach((shape, i) => {
      if (!shape) return;
      const fill = colouring.fill(p, i, round);
      if (this.fills[i] === fill && shape.style.fill) return;
      this.fills[i] = fill;
      shape.style.fill = fill;
      shape.dataset.fill = fill;
    });
    this.theatres.update(p, round);
    drawBacking(this.backing, p, this.places, bus.selected(), round);
    this.svg.setAttribute("aria-label", this.words(p, round));
    if (!this.card.hidden) this.fillCard();
  }

  flown() {
    this.refresh();
  }

  words(p, round) {
    const hot = p.theatres.filter((_, k) => rungShown(p, k, round) >= 4).length;
    const wars = p.theatre.war[round].filter(Boolean).length;
    return `Map of ${p.title}, ${p.quarters[round]}: force is used in ${hot} of ${p.theatres.length} theatres, war in ${wars}`;
  }

  chosen(p, k) {
    this.theatres.chosen(k);
    drawBacking(this.backing, p, this.places, k, this.round);
    const behind =
      k < 0 ? new Set() : new Set(Object.values(backers(p, k, this.round)).flatMap((map) => [...map.keys()]));
    this.shapes.forEach((shape, i) => {
      shape?.classList.toggle("gw-party", k >= 0 && [p.theatres[k].host, p.theatres[k].challenger].includes(i));
      shape?.classList.toggle("gw-behind", behind.has(i));
    });
  }

  showCard(i, event) {
    if (i < 0) return this.hideCard();
    const area = this.svg.getBoundingClientRect();
    this.about = i;
    this.pointed = event ? [event.clientX - area.left, event.clientY - area.top] : null;
    this.card.hidden = false;
    this.fillCard();
  }

  // Beside where somebody pointed, else beside the state, wherever that is now.
  placeCard() {
    const area = this.svg.getBoundingClientRect();
    const [x, y] = this.pointed ?? this.view.screen(this.places.states[this.about]);
    const left = x + 16 + this.card.offsetWidth > area.width ? x - 16 - this.card.offsetWidth : x + 16;
    this.card.style.left = `${Math.max(4, Math.min(area.width - this.card.offsetWidth - 4, left))}px`;
    // It may lie over the legend, but not beyond: everything on it is to be read.
    const room = this.getBoundingClientRect().bottom - area.top;
    this.card.style.top = `${Math.max(4, Math.min(room - this.card.offsetHeight - 4, y - 30))}px`;
  }

  fillCard() {
    this.card.replaceChildren(...stateCard(this.payload, this.about, this.round));
    this.placeCard();
  }

  hideCard() {
    this.card.hidden = true;
    this.picker.value = -1;
  }
}

customElements.define("gp-map", WorldMap);
