// The rows of levers: groups that open, and in each row a slider or a switch, its way back, and what places of their own have.
// Words and values come from levers_panel.py, which is told what is set.
const STILL = 1000; // ms after which the hand has let go

// A slider as browsers have it, with its value in words beside it. It shows what the hand does at once, and the page plays
// it (at the upper end whatever is above); the server is told when the hand lets go. What it says of earlier positions comes
// late, and is no move of its own.
const Slider = {
  props: { row: Object, value: Number, lever: String },
  emits: ["set"],
  data() {
    return { own: this.value, sent: [], timer: 0, moving: false };
  },
  watch: {
    value(value) {
      if (!this.moving && !this.sent.includes(value)) this.settle();
    },
  },
  computed: {
    text() {
      const { names, factor, unit } = this.row; // as in dials.js
      return names[this.own] ?? `${Number((this.own * factor).toPrecision(3))}${unit}`;
    },
  },
  methods: {
    reach() {
      if (this.lever) window.gpBench?.reach();
    },
    move(event) {
      this.own = event.target.valueAsNumber;
      this.moving = true;
      clearTimeout(this.timer);
      if (this.lever) window.gpBench?.follow(this.lever, this.own < this.row.high ? this.own : Infinity);
    },
    letGo() {
      this.moving = false;
      if (this.own === this.value && this.sent.length === 0) {
        if (this.lever) window.gpBench?.back();
        return;
      }
      this.sent.push(this.own);
      this.$emit("set", this.own);
      this.timer = setTimeout(this.settle, STILL);
    },
    settle() {
      clearTimeout(this.timer);
      this.sent = [];
      this.own = this.value;
    },
  },
  template: `<div :class="['gp-range', 'gp-' + row.kind]"><input type="range" :min="row.low" :max="row.high" :step="row.step" :value="own"
    :aria-label="row.label" :aria-valuetext="text" :data-testid="row.testid" @input="move" @change="letGo"
    @pointerenter="reach" @focus="reach"><output class="gp-value" aria-hidden="true">{{ text }}</output></div>`,
};

export default {
  components: { Slider },
  // Both as JSON: `groups` stay as they are; `shown` has by name the value of each row, and of levers what else is shown.
  props: { groups: String, shown: String },
  emits: ["set", "reset", "reach"],
  computed: {
    laidOut() {
      return JSON.parse(this.groups);
    },
    now() {
      return JSON.parse(this.shown);
    },
  },
  methods: {
    options: (offered) => Object.entries(offered).map(([value, label]) => ({ value, label })),
  },
  template: `<div><component :is="group.title ? 'q-expansion-item' : 'div'" v-for="group in laidOut" :key="group.title"
      :label="group.title" :default-opened="group.open" dense :class="group.title && 'gp-group'">
    <div v-for="row in group.rows" :key="row.name" class="gp-lever" :data-testid="row.term && 'lever-' + row.name">
      <div v-if="row.term" class="gp-lever-head">
        <div class="gp-plain">{{ row.label }}</div>
        <div class="gp-term">{{ row.term }}</div>
        <div class="gp-note">{{ row.range }}</div>
        <q-tooltip>{{ row.meaning }}</q-tooltip>
      </div>
      <div v-else class="gp-plain">{{ row.label }}</div>
      <div class="gp-lever-body">
        <q-toggle v-if="row.kind === 'switch'" :model-value="now[row.name].value > 0" :aria-label="row.label"
          :label="row.names[now[row.name].value]" @update:model-value="(on) => $emit('set', row.name, Number(on))" />
        <Slider v-else :row="row" :value="now[row.name].value" :lever="row.term && row.name"
          @set="(value) => $emit('set', row.name, value)" />
        <q-btn v-if="now[row.name].set" icon="restart_alt" flat round dense size="sm"
          :aria-label="row.label + ': back to the policy\\'s own'" @click="$emit('reset', row.name)" />
      </div>
      <details v-if="now[row.name].places" class="gp-own" :data-testid="'own-' + row.name">
        <summary>{{ now[row.name].places.count }}</summary>
        <q-select v-if="now[row.name].places.offered" :options="options(now[row.name].places.offered)"
          :model-value="now[row.name].reach" label="When moved, these" emit-value map-options dense outlined options-dense
          :data-testid="'reach-' + row.name" @update:model-value="(reach) => $emit('reach', row.name, reach)" />
        <div class="gp-note">{{ now[row.name].places.named }}</div>
      </details>
    </div>
  </component></div>`,
};
