// <gp-transport>: play, pause, step, scrub, speed, and the keys that do the same anywhere on the page.
import { bus } from "./bus.js";
import { choice, Drawing, h, svg } from "./draw.js";

const ICONS = {
  previous: "M5,5v14h2.5V5ZM19,5L9,12L19,19Z",
  back: "M17,5L7,12L17,19Z",
  play: "M7,4.5V19.5L20,12Z",
  pause: "M6,5h4.5v14H6ZM13.5,5H18v14h-4.5Z",
  forward: "M7,5L17,12L7,19Z",
  next: "M16.5,5H19v14h-2.5ZM5,5L15,12L5,19Z",
};

const SPEEDS = [2, 4, 6, 12, 24];

function icon(name) {
  return svg("svg.gw-glyph", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

class Transport extends Drawing {
  frame() {
    const button = (name, label, act) =>
      h(
        "button.gw-icon",
        { "aria-label": label, title: label, "data-testid": `time-${name}`, onclick: act },
        icon(name),
      );
    this.toggle = button("play", "Play (space)", () => bus.toggle());
    this.toggle.classList.add("gw-icon-main");
    this.when = h("output.gw-when", { "data-testid": "quarter", "aria-live": "off" });
    this.range = h("input.gw-range", {
      type: "range",
      min: 0,
      step: 1,
      "aria-label": "Time",
      "data-testid": "scrubber",
      oninput: (event) => {
        bus.pause();
        bus.setCursor(Number(event.target.value));
      },
    });
    this.ticks = svg("svg.gw-ticks", { preserveAspectRatio: "none", "aria-hidden": "true" });
    const speeds = SPEEDS.map((each) => [each, `${each} quarters/s`]);
    const named = { "aria-label": "Speed", "data-testid": "speed" };
    this.news = h("p.gw-news", { "data-testid": "news" });
    this.append(
      h(
        "div.gw-buttons",
        { role: "group", "aria-label": "Time" },
        button("previous", "Previous event (p)", () => bus.jump(-1)),
        button("back", "One quarter back (left arrow)", () => bus.step(-1)),
        this.toggle,
        button("forward", "One quarter on (right arrow)", () => bus.step(1)),
        button("next", "Next event (n)", () => bus.jump(1)),
      ),
      this.when,
      h("div.gw-scrub", this.range, this.ticks),
      choice("select.gw-select", named, speeds, bus.speed(), (each) => bus.setSpeed(Number(each))),
      this.news,
    );
    document.addEventListener("keydown", (event) => this.key(event));
  }

  build(p) {
    if (!this.toggle) this.frame();
    this.range.max = p.rounds - 1;
    this.ticks.setAttribute("viewBox", `0 0 ${Math.max(1, p.rounds - 1)} 1`);
    this.ticks.replaceChildren(...p.eventRounds.map((r) => svg("path.gw-tick", { d: `M${r},0V1` })));
    this.played(bus.playing());
  }

  update(p, round) {
    this.range.value = round;
    this.range.setAttribute("aria-valuetext", p.quarters[round]);
    this.when.textContent = p.quarters[round];
    const entries = p.chronicle.filter((entry) => entry.round === round);
    this.news.textContent =
      entries.map((entry) => `${entry.place}: ${entry.sentences.join(" ")}`).join(" ") || "A quiet quarter.";
    this.news.classList.toggle("gw-muted", entries.length === 0);
    this.news.title = this.news.textContent;
  }

  played(playing) {
    if (!this.toggle) return;
    this.toggle.replaceChildren(icon(playing ? "pause" : "play"));
    this.toggle.setAttribute("aria-label", playing ? "Pause (space)" : "Play (space)");
    this.toggle.dataset.playing = playing;
  }

  // Keys work wherever the focus is, except where they already mean something.
  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.offsetParent === null) return;
    const focus = event.target instanceof Element ? event.target : document.body;
    if (
      focus.closest(
        "input:not([data-testid=scrubber]), textarea, select, [contenteditable=true], [role=slider], [role=dialog], [role=tablist], [role=radiogroup], [role=listbox]",
      )
    )
      return;
    if (event.key === " " && focus.closest("button, a, [role=button], summary")) return;
    const act = {
      " ": () => bus.toggle(),
      ArrowLeft: () => bus.step(event.shiftKey ? -4 : -1),
      ArrowRight: () => bus.step(event.shiftKey ? 4 : 1),
      Home: () => bus.step(-bus.cursor()),
      End: () => bus.step((this.payload?.rounds ?? 1) - 1 - bus.cursor()),
      n: () => bus.jump(1),
      p: () => bus.jump(-1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

customElements.define("gp-transport", Transport);
