import UPlot from 'uplot';
import type { Timeline } from './client.ts';
import { h } from './dom.ts';
import { clock, latency, moment, rate, share, span } from './format.ts';
import { palette } from './palette.ts';

export interface TimelineView {
  readonly show: (timeline: Timeline, from: number, to: number, about: string) => void;
  readonly repaint: () => void;
}

const HEIGHT = 78;
const DAY_S = 86_400;
/** Steps between the marks of the time axis that read well, in seconds. */
const STEPS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200]
  .concat([1, 2, 7, 14, 28, 90, 365].map((days) => days * DAY_S));
/** uPlot's name for the right side is a const enum, which erasable TypeScript cannot import. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const RIGHT = 1 as UPlot.Axis.Side;

/** Epoch seconds as an axis writes them: as fine as the steps between its ticks. */
const tick = (seconds: number, step: number): string => {
  const text = new Date(seconds * 1_000).toISOString();
  if (step >= DAY_S) return text.slice(5, 10);
  if (step >= 60) return seconds % DAY_S === 0 ? text.slice(5, 10) : text.slice(11, 16);
  return step >= 1 ? text.slice(11, 19) : text.slice(11, 23);
};

interface Series { readonly times: number[]; readonly calls: number[]; readonly errors: number[]; readonly p95: (number | null)[] }

const seriesOf = ({ step_us: step, steps }: Timeline, from: number, to: number): Series => {
  const byTime = new Map(steps.map((row) => [row.ts as number, row]));
  const series: Series = { times: [], calls: [], errors: [], p95: [] };
  for (let ts = Math.floor(from / step) * step; ts < to; ts += step) {
    const row = byTime.get(ts);
    series.times.push(ts / 1e6);
    series.calls.push((row?.calls ?? 0) / (step / 1e6));
    series.errors.push((row?.errors ?? 0) / (step / 1e6));
    series.p95.push(row?.p95_us ?? null);
  }
  return series;
};

/** Calls, errors and p95 over time; dragging over a stretch of it makes that the window. */
export const timelineView = (container: HTMLElement, choose: (from: number, to: number) => void): TimelineView => {
  const title = h('span', { class: 'title' });
  const length = h('span', {});
  const readout = h('span', { class: 'readout', 'aria-hidden': 'true' });
  const place = h('div', { class: 'chart' });
  container.append(h('div', { class: 'caption' }, title, length,
    h('span', { class: 'key calls' }, 'calls/s'), h('span', { class: 'key errors' }, 'errors/s'), h('span', { class: 'key p95' }, 'p95'), readout), place);
  let last: readonly [Timeline, number, number, string] | null = null;
  let chart: UPlot | null = null;

  const draw = (): void => {
    if (last === null) return;
    const [timeline, from, to, about] = last;
    const series = seriesOf(timeline, from, to);
    const step = timeline.step_us / 1e6;
    const colors = palette();
    title.textContent = about;
    length.textContent = span(to - from);
    chart?.destroy();
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const bars = UPlot.paths.bars?.({ size: [0.86, 40], align: 1 });
    const axis = { stroke: colors.muted, font, grid: { stroke: colors.rule, width: 1 }, ticks: { show: false } };
    const told = (i: number | null | undefined): string => {
      const at = typeof i === 'number' ? series.times[i] : undefined;
      if (typeof i !== 'number' || at === undefined) return 'drag over the chart to choose a window';
      const calls = series.calls[i] ?? 0;
      const errors = series.errors[i] ?? 0;
      return `${step < 1 ? clock(at * 1e6) : moment(at * 1e6)} · ${rate(calls)} · ${share(calls > 0 ? errors / calls : 0)} errors · p95 ${latency(series.p95[i] ?? null)}`;
    };
    readout.textContent = told(null);
    chart = new UPlot({
      width: Math.max(200, place.clientWidth), height: HEIGHT, padding: [6, 4, 0, 4],
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false, range: [from / 1e6, to / 1e6] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
        us: { range: (_, __, max) => [0, max > 0 ? max * 1.15 : 1_000] },
      },
      axes: [
        { ...axis, size: 22, gap: 4, space: 90, incrs: STEPS_S, values: (_, splits) => splits.map((at) => tick(at, (splits[1] ?? 0) - (splits[0] ?? 0))) },
        { ...axis, size: 58, gap: 4, space: 26, values: (_, splits) => splits.map((at) => (at === 0 ? '0' : rate(at))) },
        { ...axis, scale: 'us', side: RIGHT, size: 62, gap: 4, space: 26, grid: { show: false }, values: (_, splits) => splits.map((at) => (at === 0 ? '0' : latency(at))) },
      ],
      series: [
        {},
        { stroke: colors.accentFill, fill: colors.accentFill, width: 0, points: { show: false }, ...(bars && { paths: bars }) },
        { stroke: colors.bad, fill: colors.bad, width: 0, points: { show: false }, ...(bars && { paths: bars }) },
        { scale: 'us', stroke: colors.violet, width: 1.75, spanGaps: false, points: { show: series.times.length < 2, size: 5 } },
      ],
      hooks: {
        setCursor: [(self) => { readout.textContent = told(self.cursor.idx); }],
        setSelect: [(self) => {
          if (self.select.width < 3) return;
          choose(Math.floor(self.posToVal(self.select.left, 'x') * 1e6), Math.ceil(self.posToVal(self.select.left + self.select.width, 'x') * 1e6));
        }],
      },
    }, [series.times, series.calls, series.errors, series.p95], place);
  };
  new ResizeObserver(() => { chart?.setSize({ width: Math.max(200, place.clientWidth), height: HEIGHT }); }).observe(place);
  return {
    show: (timeline, from, to, about) => { last = [timeline, from, to, about]; draw(); },
    repaint: draw,
  };
};
