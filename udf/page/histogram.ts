import type { HistogramRow } from '../graph/reader.ts';
import { s } from './dom.ts';
import { count, latency } from './format.ts';

const LEFT = 14;
const RIGHT = 14;
const MARKS_HEIGHT = 40;
const AXIS_HEIGHT = 20;
const SUB_BUCKETS = 16;

/** A mark over the distribution, such as p95. */
export interface Mark { readonly name: string; readonly us: number | null }

/** The exclusive lower end of the bucket with that inclusive upper bound. */
const lowerOf = (le: number): number => (le < SUB_BUCKETS ? le - 1 : le - 2 ** (Math.floor(Math.log2(le)) - 4));

const ticksOf = (from: number, to: number, most: number): readonly number[] => {
  const fine: number[] = [];
  for (let decade = 10 ** Math.floor(Math.log10(from)); decade <= to; decade *= 10) {
    for (const step of [1, 2, 5]) if (decade * step >= from && decade * step <= to) fine.push(decade * step);
  }
  return fine.length <= most ? fine : fine.filter((us) => Math.log10(us) % 1 === 0);
};

/** A latency distribution on a logarithmic axis, its percentiles marked above it; areas are calls. */
export const histogram = (rows: readonly HistogramRow[], marks: readonly Mark[], width: number, height: number): SVGElement => {
  const from = Math.max(0.5, lowerOf(rows[0]?.le_us ?? 1) * 0.93);
  const to = Math.max(from * 1.2, (rows.at(-1)?.le_us ?? 1) * 1.07);
  // Buckets are not equally wide on a logarithmic axis: bars of equal area stand for equally many calls.
  const density = ({ le_us: le, calls }: HistogramRow): number => calls / Math.log(le / Math.max(0.5, lowerOf(le)));
  const most = Math.max(...rows.map(density));
  const bottom = height - AXIS_HEIGHT;
  const x = (us: number): number => LEFT + (width - LEFT - RIGHT) * Math.min(1, Math.max(0, Math.log(Math.max(us, from) / from) / Math.log(to / from)));
  const y = (row: HistogramRow): number => bottom - (bottom - MARKS_HEIGHT) * (density(row) / most);
  const total = rows.reduce((sum, { calls }) => sum + calls, 0);
  const bars = rows.map((row) => {
    const { le_us: le, calls } = row;
    const left = x(lowerOf(le));
    const top = Math.min(y(row), bottom - 1);
    return s('rect', { class: 'bar', x: left, y: top, width: Math.max(1.2, x(le) - left - 0.6), height: bottom - top },
      s('title', {}, `${latency(Math.max(0, lowerOf(le)))} to ${latency(le)}: ${count(calls)} of ${count(total)} calls`));
  });
  const axis = ticksOf(from, to, Math.floor((width - LEFT - RIGHT) / 64)).flatMap((us) => [
    s('line', { class: 'grid', x1: x(us), x2: x(us), y1: MARKS_HEIGHT, y2: bottom }),
    s('text', { class: 'tick', x: x(us), y: height - 5, 'text-anchor': 'middle' }, latency(us)),
  ]);
  const percentiles = marks.flatMap(({ name, us }, row) => {
    if (us === null) return [];
    const at = x(us);
    const flip = at > width - 110;
    return [
      s('line', { class: `mark ${name}`, x1: at, x2: at, y1: row * 13 + 3, y2: bottom }),
      s('text', { class: `mark ${name}`, x: at + (flip ? -5 : 5), y: row * 13 + 11, 'text-anchor': flip ? 'end' : 'start' }, `${name} ${latency(us)}`),
    ];
  });
  return s('svg', { class: 'histogram', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Latency distribution of ${count(total)} calls: ${marks.map(({ name, us }) => `${name} ${latency(us)}`).join(', ')}` },
    ...axis,
    s('line', { class: 'base', x1: LEFT, x2: width - RIGHT, y1: bottom, y2: bottom }),
    ...bars, ...percentiles);
};
