import { compareRows } from '../../ingest/exchange/ordered.ts';
import { routes } from '../../ingest/exchange/route.ts';
import { copyCounter } from '../../ingest/last-look.ts';
import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { EncodedRow } from '../../sql/write/encoded.ts';
import { AT, COLUMNS, END, FROM, HOLE, ID, PATH, PLACE, SETTLED, VALUES, type Batch, type Path } from './batch.ts';
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

/** A path, and its route of the last time: it changes when a level of the server's paths is merged. */
interface Routed {
  readonly asked: Path;
  route: string;
  bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

export const rowMerger = (shares: number, form: RowForm, out: EncodedSink, count: Count): Merge => {
  const lookForCopy = copyCounter(count);
  const view: EncodedRow = { bytes: NO_BYTES, begin: 0, values: 0, from: 0, hole: 0, end: 0, route: null };
  const routeOf = routes();
  const paths: Routed[][] = Array.from({ length: shares }, () => []);
  const rows = new Uint32Array(shares);

  const learn = (share: number, { paths: met, anew }: Batch): void => {
    const known = paths[share]!;
    if (anew) known.length = 0;
    for (const asked of met) known.push({ asked, route: '', bytes: NO_BYTES });
  };
  const routeBytes = (routed: Routed): Uint8Array => {
    const { ip, port, path } = routed.asked;
    const route = routeOf(ip, port, path);
    if (route !== routed.route) {
      routed.route = route;
      routed.bytes = form.route(route);
    }
    return routed.bytes;
  };
  /** The share whose next row is the first of all; -1 = none has any. */
  const first = (batches: readonly Batch[]): number => {
    let best = -1;
    let bestAt = Infinity;
    for (let share = 0; share < shares; share++) {
      const { rows: all, index } = batches[share]!;
      const row = rows[share]!;
      if (row === all) continue;
      const at = index[row * COLUMNS + AT]!;
      if (at > bestAt || (at === bestAt && !goesBefore(batches[share]!, row, batches[best]!, rows[best]!))) continue;
      best = share;
      bestAt = at;
    }
    return best;
  };

  return (batches, marks) => {
    rows.fill(0);
    for (let share = 0; share < shares; share++) learn(share, batches[share]!);
    let mark = 0;
    for (let share = first(batches); share >= 0; share = first(batches)) {
      const { bytes, index } = batches[share]!;
      const place = rows[share]! * COLUMNS;
      for (; mark < marks.length && marks[mark]!.at < index[place + AT]!; mark++) out.advance(marks[mark]!.watermark);
      lookForCopy(index[place + ID]!, index[place + PLACE]!);
      const path = index[place + PATH]!;
      view.bytes = bytes;
      view.begin = place === 0 ? 0 : index[place - COLUMNS + END]!;
      view.from = index[place + FROM]!;
      view.hole = index[place + HOLE]!;
      view.end = index[place + END]!;
      view.values = index[place + VALUES]!;
      view.route = path < 0 ? null : routeBytes(paths[share]![path]!);
      out.push(view);
      rows[share]!++;
    }
    for (; mark < marks.length; mark++) out.advance(marks[mark]!.watermark);
  };
};

/** Of rows that came at the same moment, which only happens where many connections settle. */
const goesBefore = (a: Batch, rowA: number, b: Batch, rowB: number): boolean => {
  const [orderA, orderB] = [a.settled[a.index[rowA * COLUMNS + SETTLED]!], b.settled[b.index[rowB * COLUMNS + SETTLED]!]];
  return orderA !== undefined && orderB !== undefined && compareRows(orderA, orderB) < 0;
};
