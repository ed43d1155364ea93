// A slider as browsers have it, with its value in words beside it. It shows what the hand does at once. What the
// server says of earlier positions of the same movement comes late, and is not taken for a move of its own.
const STILL = 1000; // ms after which the hand has let go

export default {
  props: { modelValue: Number, min: Number, max: Number, step: Number, label: String, words: Object, testid: String },
  emits: ["update:modelValue"],
  data() {
    return { own: this.modelValue, told: [], timer: 0 };
  },
  watch: {
    modelValue(value) {
      if (!this.told.includes(value)) this.settle();
    },
  },
  computed: {
    text() {
      const { names, scale, unit } = this.words;
      return names?.[this.own] ?? `${Number((this.own * scale).toPrecision(3))}${unit}`;
    },
  },
  methods: {
    move(event) {
      this.own = event.target.valueAsNumber;
      this.told.push(this.own);
      this.$emit("update:modelValue", this.own);
      clearTimeout(this.timer);
      this.timer = setTimeout(this.settle, STILL);
    },
    settle() {
      clearTimeout(this.timer);
      this.told = [];
      this.own = this.modelValue;
    },
  },
  template: `<div class="gp-range"><input type="range" :min="min" :max="max" :step="step" :value="own"
    :aria-label="label" :aria-valuetext="text" :data-testid="testid" @input="move"><output class="gp-value"
    aria-hidden="true">{{ text }}</output></div>`,
};
