/** Stands in for Python: anywidget's model with made-up states, to draw and measure the page. */

const VOCABULARY =
  "the a little golden key door garden , . said alice to and rabbit was of it she very old table curious thought white in that queen".split(
    " ",
  );
const LABELS = ["NOUN", "DET", "VERB", "PUNCT", "ADJ", "PRON", "ADP", "CCONJ", "ADV"];

/** @param {{cells?: number, steps?: number, seed?: number, traits?: object, words?: string[], quiet?: boolean}} options */
export function createMock({ cells = 200, steps = 4000, seed = 7, traits = {}, words, latency = 20 } = {}) {
  const random = randomNumbers(seed);
  const tokens = Array.from({ length: steps }, (_, t) => words?.[t] ?? pick(VOCABULARY, random));
  const codes = Int32Array.from(tokens, (token) => VOCABULARY.indexOf(token) % LABELS.length);
  const states = makeStates(tokens, cells, random);
  const sequences = [0, 37, 64, 900, 2100].filter((start) => start < steps);
  const listeners = new Map();
  const values = {
    layer: "layer 2",
    threshold: 0.3,
    selection: null,
    off_before: 0,
    off_after: 0,
    deselected_cells: [],
    position: 0,
    word_width: 42,
    k: 50,
    min_length: null,
    length_filter: null,
    visible_tracks: ["pos"],
    match_tracks: [],
    color_by: "overlap",
    dim_tracks: false,
    context_width: 3,
    selected_cells: [],
    matches: { start: [], stop: [], overlap: [], union: [] },
    progress: null,
    _activity: "",
    error: "",
    _n_candidates: null,
    _selection_bounds: null,
    _note: "",
    _name: "alice",
    _layers: [
      { name: "layer 1", cells },
      { name: "layer 2", cells },
    ],
    _steps: steps,
    _transform: "tanh",
    _value_range: [-1, 1],
    _threshold_step: 0.01,
    _tracks: [{ name: "pos", kind: "categorical", labels: LABELS, counts: LABELS.map(() => 1) }],
    _window: null,
    _match_context: null,
    _visible_steps: 0,
    ...traits,
  };
  const model = {
    get: (name) => values[name],
    set(name, value) {
      if (JSON.stringify(values[name]) === JSON.stringify(value) && name !== "_window") return;
      values[name] = value;
      pending.add(name);
      emit(name);
    },
    send(content) {
      if (!content.cancel) return;
      model.receive("progress", null);
      model.receive("_activity", "");
    },
    save_changes() {
      model.saves++;
      const names = new Set(pending);
      pending.clear();
      setTimeout(() => answer(names), latency);
    },
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) =>
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((each) => each !== callback),
      ),
    /** What Python would set. */
    receive(name, value) {
      values[name] = value;
      emit(name);
    },
    saves: 0,
    listeners,
  };
  const pending = new Set();
  const emit = (name) => {
    for (const callback of listeners.get(`change:${name}`) ?? []) callback();
  };

  const sendWindow = () => {
    const margin = values._visible_steps;
    const start = Math.max(0, values.position - margin);
    const stop = Math.min(steps, values.position + values._visible_steps + margin);
    const shown = states.slice(start * cells, stop * cells);
    model.receive("_window", {
      layer: values.layer,
      start,
      stop,
      cells,
      dtype: "float32",
      precision: "float32",
      values: new DataView(shown.buffer),
      words: tokens.slice(start, stop),
      tracks: { pos: { codes: new DataView(codes.slice(start, stop).buffer) } },
      sequence_starts: sequences.filter((step) => step >= start && step < stop),
    });
  };
  const isOn = (t, c) => states[t * cells + c] >= Math.fround(values.threshold);
  const pattern = (start, stop) => {
    const on = [];
    for (let c = 0; c < cells; c++) {
      let all = true;
      for (let t = start; t < stop && all; t++) all = isOn(t, c);
      for (let t = start - values.off_before; t < start && all; t++) all = t >= 0 && !isOn(t, c);
      for (let t = stop; t < stop + values.off_after && all; t++) all = t < steps && !isOn(t, c);
      if (all) on.push(c);
    }
    return on;
  };
  const rank = () => {
    const selection = values.selection;
    const begun = performance.now();
    const selected = selection
      ? pattern(...selection).filter((cell) => !values.deselected_cells.includes(cell))
      : [];
    model.receive("selected_cells", selected);
    const found = [];
    const wanted = new Set(selected);
    const length = selection ? selection[1] - selection[0] : 0;
    for (let start = 0; selected.length && start + length < steps; start++) {
      if (!selected.some((cell) => isOn(start, cell))) continue;
      for (const stop of [start + length, start + Math.max(1, length - 1)]) {
        const on = pattern(start, stop);
        const overlap = on.filter((cell) => wanted.has(cell)).length;
        if (overlap > 0) found.push({ start, stop, overlap, union: on.length + selected.length - overlap });
      }
    }
    found.sort((a, b) => b.overlap - a.overlap || a.union - b.union || a.start - b.start);
    const top = found.slice(0, values.k);
    const column = (name) => top.map((match) => match[name]);
    model.receive("_match_context", matchContext(top, selected, (performance.now() - begun) / 1000));
    model.receive("matches", {
      start: column("start"),
      stop: column("stop"),
      overlap: column("overlap"),
      union: column("union"),
    });
    model.receive("_n_candidates", found.length);
    model.receive("_length_histogram", lengthBars(found, selected.length));
    model.receive("_selection_bounds", selection ? sequenceOf(sequences, steps, selection[0]) : null);
  };
  const matchContext = (matches, selected, seconds) => {
    const rows = matches.map(({ start, stop }) => {
      const [low, high] = sequenceOf(sequences, steps, start);
      const before = Math.min(values.context_width, start - low);
      const shown = Math.min(20, stop - start);
      const after = Math.min(values.context_width, high - stop);
      const at = (first, count) => Array.from({ length: count }, (_, i) => first + i);
      return { before, shown, after, steps: [...at(start - before, before + shown), ...at(stop, after)] };
    });
    const shownSteps = rows.flatMap((row) => row.steps);
    const vocabulary = [...new Set(shownSteps.map((t) => tokens[t]))];
    const numbers = new Map(vocabulary.map((word, i) => [word, i]));
    const on = (t) => selected.filter((cell) => isOn(t, cell)).length;
    return {
      before: Uint8Array.from(rows, (row) => row.before),
      shown: Uint8Array.from(rows, (row) => row.shown),
      after: Uint8Array.from(rows, (row) => row.after),
      vocabulary,
      words: Int32Array.from(shownSteps, (t) => numbers.get(tokens[t])),
      on: Int32Array.from(shownSteps, on),
      tracks: { pos: { codes: Int32Array.from(shownSteps, (t) => codes[t]) } },
      seconds,
      cells: selected.length,
    };
  };
  const answer = (names) => {
    if (names.has("selection") && values.deselected_cells.length) model.receive("deselected_cells", []);
    if (["position", "_visible_steps", "layer"].some((name) => names.has(name))) sendWindow();
    if (
      ["selection", "threshold", "off_before", "off_after", "deselected_cells", "k", "context_width"].some(
        (name) => names.has(name),
      )
    ) {
      rank();
    }
  };
  if (values._visible_steps) sendWindow();
  if (values.selection) rank();
  return model;
}

function lengthBars(found, cells) {
  const bars = new Map();
  for (const { start, stop, overlap } of found) {
    const [every, full] = bars.get(stop - start) ?? [0, 0];
    bars.set(stop - start, [every + 1, full + (overlap === cells ? 1 : 0)]);
  }
  return [...bars].sort(([a], [b]) => a - b).map(([length, counts]) => [length, length, ...counts]);
}

function sequenceOf(starts, steps, step) {
  const start = starts.findLast((each) => each <= step) ?? 0;
  return [start, starts.find((each) => each > step) ?? steps];
}

/** AR(1) through tanh, pushed by the words so that phrases switch groups of cells on together. */
function makeStates(tokens, cells, random) {
  const steps = tokens.length;
  const states = new Float32Array(steps * cells);
  const level = new Float64Array(cells);
  const persistence = Float64Array.from({ length: cells }, () => 0.35 + 0.5 * random());
  const bias = Float64Array.from({ length: cells }, () => 0.4 * normal(random));
  const likes = new Map();
  for (let t = 0; t < steps; t++) {
    if (!likes.has(tokens[t])) {
      likes.set(
        tokens[t],
        Float64Array.from({ length: cells }, () => (random() < 0.1 ? 0.9 * Math.sign(random() - 0.55) : 0)),
      );
    }
    const push = likes.get(tokens[t]);
    for (let c = 0; c < cells; c++) {
      level[c] = persistence[c] * level[c] + (1 - persistence[c]) * bias[c] + push[c] + 0.17 * normal(random);
      states[t * cells + c] = Math.tanh(level[c]);
    }
  }
  return states;
}

function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(random() || 1e-12)) * Math.cos(2 * Math.PI * random());
}

function pick(list, random) {
  return list[Math.floor(random() ** 1.4 * list.length)];
}
