// A slider as browsers have it, with its value in words beside it. It shows what the hand does at once, and the page plays
// it (at the upper end whatever is above); the server is told when the hand lets go. What it says of earlier positions comes
// late, and is no move of its own.
const STILL = 1000; // ms after which the hand has let go

export default {
  props: {
    modelValue: Number,
    min: Number,
    max: Number,
    step: Number,
    label: String,
    words: Object,
    testid: String,
    lever: String,
  },
  emits: ["update:modelValue"],
  data() {
    return { own: this.modelValue, told: [], timer: 0, moving: false };
  },
  watch: {
    modelValue(value) {
      if (!this.moving && !this.told.includes(value)) this.settle();
    },
  },
  computed: {
    text() {
      const { names, factor, unit } = this.words; // as in dials.js
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
      if (this.lever) window.gpBench?.follow(this.lever, this.own < this.max ? this.own : Infinity);
    },
    letGo() {
      this.moving = false;
      if (this.own === this.modelValue && this.told.length === 0) {
        if (this.lever) window.gpBench?.back();
        return;
      }
      this.told.push(this.own);
      this.$emit("update:modelValue", this.own);
      this.timer = setTimeout(this.settle, STILL);
    },
    settle() {
      clearTimeout(this.timer);
      this.told = [];
      this.own = this.modelValue;
    },
  },
  template: `<div class="gp-range"><input type="range" :min="min" :max="max" :step="step" :value="own"
    :aria-label="label" :aria-valuetext="text" :data-testid="testid" @input="move" @change="letGo" @pointerenter="reach"
    @focus="reach"><output class="gp-value" aria-hidden="true">{{ text }}</output></div>`,
};
