/**
 * Draws points with WebGL, by itself: libraries such as regl make functions from texts, which the Content-Security-Policy
 * of a saved page forbids.
 */

/** Colours that a point can have: those of the first twelve classes, that of the others, and the end of the ramp. */
export const COLORS = 14;
export const REST_COLOR = 12;
export const RAMP_COLOR = 13;

/** How a point stands among the others. */
export const NORMAL = 0;
export const FADED = 1;
export const HIDDEN = 2;
export const SELECTED = 3;

/** Bytes of the look of a point: its colour, how strong that is, how it stands among the others, and its code. */
export const LOOK_BYTES = 4;

/** No code is lit. */
export const NOTHING_LIT = -1;

/** What is the same for all points of a picture. */
export interface Scene {
  /** Size of the canvas in device pixels. */
  width: number;
  height: number;
  /** The middle of the picture and half its width and height, in units of the map. */
  middle: readonly [number, number];
  half: readonly [number, number];
  /** Diameter of a point in device pixels. */
  size: number;
  /** How far the points have moved from their former places to their new ones, 0…1. */
  moved: number;
  /** `COLORS` colours, red, green and blue, 0…1. */
  palette: Float32Array;
  /** Pale points have this colour. */
  ground: readonly number[];
  /** Selected points are tinted with it. */
  selected: readonly number[];
  /** Device pixels around each point in the colour of the ground, to separate points that overlap. */
  rim: number;
  /** How opaque points are, 0…1. */
  solid: number;
  /** The points of this code stand out; NOTHING_LIT: none. */
  lit: number;
}

export interface PointPainter {
  /** Make room for so many points. Their former places stay where there were as many. */
  allot(count: number): void;
  /** The places so far become the former ones; `place` sets new ones. */
  keepPlaces(): void;
  place(first: number, coordinates: Float32Array): void;
  look(first: number, looks: Uint8Array): void;
  /** Draw points first … first + count − 1 over what is there, or, if `first` is 0, on an empty canvas. */
  draw(scene: Scene, first: number, count: number): void;
  /** Give the context back: a page may have few of them. */
  dispose(): void;
}

const VERTEX = `
attribute vec2 before;
attribute vec2 place;
attribute vec4 look;
uniform vec2 middle;
uniform vec2 spread;
uniform float size;
uniform float moved;
uniform float lit;
uniform float solidity;
uniform vec3 palette[${COLORS}];
uniform vec3 ground;
uniform vec3 chosen;
varying vec4 tint;
varying float extent;
void main() {
  float standing = floor(look.z * 255.0 + 0.5);
  int color = int(look.x * 255.0 + 0.5);
  vec3 full = palette[color];
  vec3 pale = mix(ground, full, color == ${RAMP_COLOR} ? 0.16 + 0.84 * look.y : 0.22 + 0.78 * look.y);
  float solid = solidity;
  bool dim = lit >= 0.0 && abs(look.w * 255.0 - lit) > 0.5;
  if (standing == ${SELECTED}.0) { pale = mix(pale, chosen, 0.55); solid = 1.0; }
  if (standing == ${FADED}.0) solid *= 0.16;
  bool behind = dim || standing == ${FADED}.0;
  if (dim) solid *= 0.16;
  tint = vec4(pale, solid);
  extent = standing == ${SELECTED}.0 ? size * 1.35 : size;
  vec2 at = (mix(before, place, moved) - middle) * spread;
  // What is faded lies behind the rest, in whatever order the points come.
  float depth = standing == ${SELECTED}.0 ? 0.0 : (behind ? 0.6 : 0.3);
  gl_Position = standing == ${HIDDEN}.0 ? vec4(4.0, 4.0, 0.0, 1.0) : vec4(at, depth, 1.0);
  gl_PointSize = extent + 1.0;
}`;

const FRAGMENT = `
precision mediump float;
uniform vec3 paper;
uniform float rim;
varying vec4 tint;
varying float extent;
void main() {
  vec2 from = gl_PointCoord * 2.0 - 1.0;
  float inside = (1.0 - length(from)) * (extent + 1.0) * 0.5;
  if (inside <= 0.0) discard;
  float alpha = tint.a * min(inside, 1.0);
  vec3 color = mix(paper, tint.rgb, rim > 0.0 ? clamp(inside - rim, 0.0, 1.0) : 1.0);
  gl_FragColor = vec4(color * alpha, alpha);
}`;

/** null: there is no WebGL here. */
export function createPointPainter(canvas: HTMLCanvasElement): PointPainter | null {
  const gl = canvas.getContext("webgl", {
    alpha: true,
    antialias: false,
    // A picture is drawn over several frames.
    preserveDrawingBuffer: true,
  });
  if (!gl || gl.isContextLost()) return null;
  const program = link(gl);
  if (!program) return null;
  const buffers = { before: gl.createBuffer(), place: gl.createBuffer(), look: gl.createBuffer() };
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  const uniforms = {
    ...{
      middle: uniform("middle"),
      spread: uniform("spread"),
      size: uniform("size"),
      moved: uniform("moved"),
    },
    ...{
      lit: uniform("lit"),
      solid: uniform("solidity"),
      palette: uniform("palette"),
      ground: uniform("ground"),
      chosen: uniform("chosen"),
      paper: uniform("paper"),
      rim: uniform("rim"),
    },
  };
  const attributes = {
    before: gl.getAttribLocation(program, "before"),
    place: gl.getAttribLocation(program, "place"),
    look: gl.getAttribLocation(program, "look"),
  };
  let allotted = { places: 0, before: 0 };
  let keeps = false;

  const bind = (name: keyof typeof attributes, buffer: WebGLBuffer | null) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(attributes[name]);
    if (name === "look") gl.vertexAttribPointer(attributes.look, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    else gl.vertexAttribPointer(attributes[name], 2, gl.FLOAT, false, 0, 0);
  };
  const room = (buffer: WebGLBuffer | null, bytes: number) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW);
  };

  return {
    allot(count) {
      keeps = false;
      if (allotted.places === count) return;
      allotted = { places: count, before: 0 };
      room(buffers.place, 8 * count);
      room(buffers.look, LOOK_BYTES * count);
    },
    keepPlaces() {
      if (allotted.before !== allotted.places) room(buffers.before, 8 * allotted.places);
      allotted.before = allotted.places;
      [buffers.before, buffers.place] = [buffers.place, buffers.before];
      keeps = true;
    },
    place(first, coordinates) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.place);
      gl.bufferSubData(gl.ARRAY_BUFFER, 8 * first, coordinates);
    },
    look(first, looks) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.look);
      gl.bufferSubData(gl.ARRAY_BUFFER, LOOK_BYTES * first, looks);
    },
    draw(scene, first, count) {
      if (first === 0) {
        if (canvas.width !== scene.width || canvas.height !== scene.height) {
          canvas.width = scene.width;
          canvas.height = scene.height;
        }
        gl.viewport(0, 0, scene.width, scene.height);
        gl.clearColor(0, 0, 0, 0);
        gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      }
      if (count === 0) return;
      gl.useProgram(program);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.enable(gl.DEPTH_TEST);
      gl.depthFunc(gl.LEQUAL);
      bind("place", buffers.place);
      bind("before", keeps ? buffers.before : buffers.place);
      bind("look", buffers.look);
      gl.uniform2f(uniforms.middle, ...scene.middle);
      gl.uniform2f(uniforms.spread, 1 / scene.half[0], 1 / scene.half[1]);
      gl.uniform1f(uniforms.size, scene.size);
      gl.uniform1f(uniforms.moved, scene.moved);
      gl.uniform1f(uniforms.solid, scene.solid);
      gl.uniform1f(uniforms.lit, scene.lit);
      gl.uniform3fv(uniforms.palette, scene.palette);
      gl.uniform3fv(uniforms.ground, scene.ground);
      gl.uniform3fv(uniforms.chosen, scene.selected);
      gl.uniform3fv(uniforms.paper, scene.ground);
      gl.uniform1f(uniforms.rim, scene.rim);
      gl.drawArrays(gl.POINTS, first, count);
    },
    dispose() {
      for (const buffer of Object.values(buffers)) gl.deleteBuffer(buffer);
      gl.deleteProgram(program);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

function link(gl: WebGLRenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader || !program) return null;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}
