/** Stands in for Python: anywidget's model of SequenceExplorer with made-up states, to draw and measure the page. */

const VOCABULARY =
  "our people have with great unanimity approved the policy of neutrality and good will toward all nations old world but war has disturbed trade every one them treaty which was to secure freedom seas".split(
    " ",
  );

/**
 * @param {{points?: number, sequences?: number, classes?: number, seed?: number, traits?: object, latency?: number,
 * positions?: number}} options
 */
export function createSequencesMock({
  points = 3000,
  sequences = Math.max(1, Math.round(points / 100)),
  classes = 5,
  seed = 7,
  traits = {},
  latency = 20,
} = {}) {
  const random = randomNumbers(seed);
  const data = makeData(points, sequences, classes, random);
  const listeners = new Map();
  const pending = new Set();
  const labels = Array.from({ length: classes }, (_, i) => (classes === 5 ? ERAS[i] : `class ${i}`));
  const output = {
    name: "expected",
    kind: "output",
    labels,
    counts: labels.map((_, code) => data.codes.reduce((sum, each) => sum + (each === code ? 1 : 0), 0)),
    unexpected: [],
    classes,
    targets: true,
  };
  const values = {
    layer: "hidden state",
    sequence: 0,
    pinned_sequences: [],
    position: 0,
    selection: null,
    selected_steps: "",
    jump: null,
    method: "pca",
    metric: "euclidean",
    jump_threshold: data.threshold,
    color_by: "expected",
    sort_by: "sequence",
    filters: {},
    progress: null,
    error: "",
    _name: "addresses",
    _layers: [{ name: "hidden state", cells: 128 }],
    _steps: points,
    _tracks: [],
    _output: output,
    _sequences: data.table,
    _order: buffer(Int32Array.from({ length: sequences }, (_, i) => i)),
    _points: { count: points, coordinates: buffer(data.coordinates), steps: null },
    _point_colors: {
      by: "expected",
      kind: "classes",
      labels,
      codes: buffer(Uint16Array.from(data.codes)),
      strength: buffer(data.strength),
      values: null,
      range: null,
    },
    _map: {
      method: "pca",
      points,
      steps: points,
      explained: [0.63, 0.23],
      perplexity: null,
      notes: [],
      trust: {
        map: { trustworthiness: 0.984, kept: 0.55, jumps: 0.61 },
        pca: { trustworthiness: 0.874, kept: 0.31, jumps: 0.5 },
        shuffled: { trustworthiness: 0.5, kept: 0.01, jumps: 0 },
      },
      settled: true,
    },
    _trajectories: [],
    _jumps: { quantiles: [0, 0.1, 0.5], largest: 0.5, count: points - sequences },
    _neighbours: null,
    _matches: null,
    _words: null,
    ...traits,
  };
  const emit = (name) => {
    for (const callback of listeners.get(`change:${name}`) ?? []) callback();
  };
  const model = {
    get: (name) => values[name],
    set(name, value) {
      if (JSON.stringify(values[name]) === JSON.stringify(value)) return;
      values[name] = value;
      pending.add(name);
      emit(name);
    },
    send(content) {
      model.sent.push(content);
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
    /** New places for all points, as a map that settles sends them. */
    move(by) {
      for (let i = 0; i < data.coordinates.length; i++) data.coordinates[i] += by * normal(random);
      model.receive("_points", { count: points, coordinates: buffer(data.coordinates.slice()), steps: null });
      follow();
    },
    saves: 0,
    sent: [],
    values,
    listeners,
  };
  const wordsOf = (start, stop) => Array.from({ length: stop - start }, (_, i) => data.words(start + i));
  const trajectoryOf = (sequence) => {
    const [start, stop] = [data.bounds[sequence], data.bounds[sequence + 1]];
    return {
      ...{ sequence, first: start, end: stop, start },
      coordinates: buffer(data.coordinates.slice(2 * start, 2 * stop)),
      codes: buffer(data.codes.slice(start, stop)),
      confidence: buffer(data.confidence.slice(start, stop)),
      distances: buffer(data.distances.slice(start, stop)),
    };
  };
  const follow = () => {
    const sequence = values.sequence;
    const [first, end] = [data.bounds[sequence], data.bounds[sequence + 1]];
    const start = Math.max(first, Math.min(values.position - 1000, end - 2000));
    const stop = Math.min(end, start + 2000);
    model.receive("_words", {
      ...{ sequence, first, end, start, stop, words: wordsOf(start, stop), probabilities: null },
      distances: buffer(data.distances.slice(start, stop)),
      codes: buffer(data.codes.slice(start, stop)),
      confidence: buffer(data.confidence.slice(start, stop)),
    });
    const shown = [sequence, ...values.pinned_sequences];
    model.receive("_trajectories", shown.map(trajectoryOf));
  };
  const answer = (names) => {
    if (names.has("position")) {
      values.sequence = data.bounds.findLastIndex((bound) => bound <= values.position);
      emit("sequence");
    }
    if (names.has("sequence")) {
      values.position = data.bounds[values.sequence];
      emit("position");
    }
    if (["position", "sequence", "pinned_sequences"].some((name) => names.has(name))) follow();
    if (names.has("_near")) {
      const step = values._near;
      const steps = step === null ? [] : Array.from({ length: 8 }, (_, i) => (step + 1 + 13 * i) % points);
      const words = steps.map(data.words);
      model.receive("_neighbours", step === null ? null : { step, steps, word: data.words(step), words });
    }
  };
  follow();
  return model;
}

const ERAS = ["1790–1844", "1845–1889", "1890–1924", "1925–1969", "1970–"];

const buffer = (numbers) => new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** Sequences that begin in the middle and wander to the region of a class. */
function makeData(points, sequences, classes, random) {
  const bounds = Int32Array.from({ length: sequences + 1 }, (_, i) => Math.round((i * points) / sequences));
  const coordinates = new Float32Array(2 * points);
  const codes = new Int32Array(points);
  const [confidence, distances] = [new Float32Array(points), new Float32Array(points)];
  const strength = new Uint8Array(points);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const [start, stop] = [bounds[sequence], bounds[sequence + 1]];
    const target = Math.floor(random() * classes);
    let [x, y] = [0.3 * normal(random), 0.3 * normal(random)];
    for (let t = start; t < stop; t++) {
      const share = (t - start) / (stop - start);
      const angle = (2 * Math.PI * (random() < share ? target : Math.floor(random() * classes))) / classes;
      const [toX, toY] = [2.4 * share * Math.cos(angle), 2.4 * share * Math.sin(angle)];
      const pull = random() < 0.06 ? 0.6 : 0.06;
      [x, y] = [x + pull * (toX - x) + 0.09 * normal(random), y + pull * (toY - y) + 0.09 * normal(random)];
      [coordinates[2 * t], coordinates[2 * t + 1]] = [x, y];
      const place = (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
      codes[t] = Math.round(place * classes) % classes;
      confidence[t] = Math.min(1, 1 / classes + Math.hypot(x, y) / 3);
      strength[t] = Math.round(255 * confidence[t]);
      if (t > start) distances[t - 1] = Math.hypot(x - coordinates[2 * t - 2], y - coordinates[2 * t - 1]);
    }
    distances[stop - 1] = Number.NaN;
  }
  const sorted = distances.filter((each) => !Number.isNaN(each)).sort();
  const ends = bounds.slice(1).map((end) => end - 1);
  return {
    ...{ bounds, coordinates, codes, confidence, strength, distances },
    threshold: sorted[Math.floor(sorted.length * 0.97)] ?? 0,
    words: (step) => VOCABULARY[(step * 7919 + (step % 13)) % VOCABULARY.length],
    table: {
      bounds: buffer(bounds),
      texts: Array.from({ length: sequences }, (_, i) => `sequence ${i}`),
      target: buffer(ends.map((end, i) => (i % 4 === 0 ? (codes[end] + 1) % classes : codes[end]))),
      prediction: buffer(ends.map((end) => codes[end])),
      confidence: buffer(Float32Array.from(ends, (end) => confidence[end])),
      settled: buffer(bounds.slice(0, -1)),
      changes: buffer(new Int32Array(sequences)),
      largest_jump: buffer(new Float32Array(sequences)),
      largest_jump_at: buffer(bounds.slice(0, -1)),
    },
  };
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
