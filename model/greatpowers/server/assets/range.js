// A slider as browsers have it, with its value in words beside it. It shows what the hand does at once; what the
// server says is taken over when the hand has been still for a while.
const STILL = 1000; // ms

export default {
  props: {modelValue: Number, min: Number, max: Number, step: Number, label: String, words: Object, testid: String},
  emits: ["update:modelValue"],
  data() {
    return {own: this.modelValue, moved: -STILL, timer: 0};
  },
  watch: {
    modelValue() {
      if (performance.now() - this.moved > STILL) this.own = this.modelValue;
    },
  },
  computed: {
    text() {
      const {names, scale, unit} = this.words;
      return names?.[this.own] ?? `${Number((this.own * scale).toPrecision(3))}${unit}`;
    },
  },
  methods: {
    move(event) {
      this.own = event.target.valueAsNumber;
      this.moved = performance.now();
      this.$emit("update:modelValue", this.own);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.own = this.modelValue), STILL);
    },
  },
  template: `<div class="gp-range"><input type="range" :min="min" :max="max" :step="step" :value="own"
    :aria-label="label" :aria-valuetext="text" :data-testid="testid" @input="move"><output class="gp-value"
    aria-hidden="true">{{ text }}</output></div>`,
};
