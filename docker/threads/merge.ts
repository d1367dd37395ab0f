import { compareRows, type RowOrder } from '../../ingest/exchange/ordered.ts';
import { routes, type Routed } from '../../ingest/exchange/route.ts';
import { copyCounter } from '../../ingest/last-look.ts';
import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { EncodedRow } from '../../sql/write/encoded.ts';
import { AT, BEHIND, COLUMNS, END, FROM, HOLE, ID, PATH, PLACE, SETTLED, TS, VALUES, type Batch, type Path } from './batch.ts';
import type { RowForm } from './form.ts';

/** A watermark, and the moment it came at. */
export interface Mark {
  readonly at: number;
  readonly watermark: Micros;
}

/** Takes rows as bytes, in their final order. */
export interface EncodedSink {
  push(row: EncodedRow): void;
  advance(watermark: Micros): void;
  /** Rows may be long in coming: those held are handed on. */
  flush(): void;
  close(): void;
}

/** Brings batches of all shares for the same stretch of the input together; stretches come in the order of the input. */
export type Merge = (batches: readonly Batch[], marks: readonly Mark[]) => void;

/** A batch being brought together with others. */
interface Rows {
  bytes: Uint8Array;
  index: Float64Array;
  settled: readonly RowOrder[];
  /** Its next row in `index`, and where its rows end there. */
  at: number;
  end: number;
  /** By number. */
  readonly paths: MetPath[];
}

/** A path that a share has met; once it is `routed`, what is to be put in for its route, null = nothing, for it stands there. */
interface MetPath {
  readonly asked: Path;
  routed: Routed | null;
  bytes: Uint8Array | null;
}

const NO_BYTES = new Uint8Array(0);

export const rowMerger = (shares: number, form: RowForm, out: EncodedSink, count: Count): Merge => {
  const isCopy = copyCounter(count);
  const view: EncodedRow = { bytes: NO_BYTES, begin: 0, values: 0, from: 0, hole: 0, behind: 0, end: 0, route: null };
  const routeOf = routes();
  const all = Array.from({ length: shares }, (): Rows => ({ bytes: NO_BYTES, index: new Float64Array(0), settled: [], at: 0, end: 0, paths: [] }));

  const begin = (rows: Rows, { room, rows: many, settled, paths, anew }: Batch): void => {
    rows.bytes = new Uint8Array(room.bytes);
    rows.index = new Float64Array(room.index);
    rows.settled = settled;
    rows.at = 0;
    rows.end = many * COLUMNS;
    if (anew) rows.paths.length = 0;
    for (const asked of paths) rows.paths.push({ asked, routed: null, bytes: null });
  };
  const routeBytes = (path: MetPath): Uint8Array | null => {
    if (path.routed?.holds !== true) {
      const { ip, port, path: text, route } = path.asked;
      path.routed = routeOf(ip, port, text);
      path.bytes = form.routed && path.routed.route === route ? null : form.route(path.routed.route);
    }
    return path.bytes;
  };
  /** The share whose next row is the first of all; null = none has any. */
  const first = (): Rows | null => {
    let best: Rows | null = null;
    for (const rows of all) {
      if (rows.at === rows.end) continue;
      if (best === null || isBefore(rows, best)) best = rows;
    }
    return best;
  };

  return (batches, marks) => {
    for (const [share, rows] of all.entries()) begin(rows, batches[share]!);
    let mark = 0;
    for (let rows = first(); rows !== null; rows = first()) {
      const { index, at } = rows;
      for (; mark < marks.length && marks[mark]!.at < index[at + AT]!; mark++) out.advance(marks[mark]!.watermark);
      rows.at = at + COLUMNS;
      if (isCopy(index[at + TS]!, index[at + ID]!, index[at + PLACE]!)) continue;
      const path = index[at + PATH]!;
      view.bytes = rows.bytes;
      view.begin = at === 0 ? 0 : index[at - COLUMNS + END]!;
      view.from = index[at + FROM]!;
      view.hole = index[at + HOLE]!;
      view.behind = index[at + BEHIND]!;
      view.end = index[at + END]!;
      view.values = index[at + VALUES]!;
      view.route = path < 0 ? null : routeBytes(rows.paths[path]!);
      out.push(view);
    }
    for (; mark < marks.length; mark++) out.advance(marks[mark]!.watermark);
  };
};

/** Of the next rows of two shares, whether that of `a` comes first. At the same moment they only come where many connections settle. */
const isBefore = (a: Rows, b: Rows): boolean => {
  const difference = a.index[a.at + AT]! - b.index[b.at + AT]!;
  if (difference !== 0) return difference < 0;
  const [orderA, orderB] = [a.settled[a.index[a.at + SETTLED]!], b.settled[b.index[b.at + SETTLED]!]];
  return orderA !== undefined && orderB !== undefined && compareRows(orderA, orderB) < 0;
};
