import { micros } from '../../../sql/micros.ts';
import { NO_HINTS, type Assignment, type Call, type Hints, type InstanceWindow, type Served } from '../../../udf/infer/algorithm.ts';

/** An exchange served from `start` to `end`, ms. */
export const served = (id: string, start: number, end: number | null, hints: Partial<Hints> = {}, operation = 'GET /'): Served =>
  ({ id, operation, caller: '(outside)', start: micros(start * 1000), end: end === null ? null : micros(end * 1000), status: 200, hints: { ...NO_HINTS, ...hints } });

/** A call sent at `start`, answered at `end`, ms. */
export const call = (id: string, callee: string, start: number, end: number | null, hints: Partial<Hints> = {}): Call =>
  ({ id, callee, operation: 'GET /x', start: micros(start * 1000), end: end === null ? null : micros(end * 1000), status: 200, hints: { ...NO_HINTS, ...hints } });

export const window = (allServed: readonly Served[], calls: readonly Call[]): InstanceWindow => ({ instance: '10.0.0.1', served: allServed, calls });

/** `call>parent` for each, `-` for none. */
export const links = (assignments: readonly Assignment[]): string =>
  assignments.map(({ call: { id }, parent }) => `${id}>${parent?.id ?? '-'}`).join(' ');
