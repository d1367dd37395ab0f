// Made-up requests that send their calls through one pool which is full or nearly: edges right by the model and first come first served,
// how sure the model is, and its calibration error, by who is next at the pool.
//   node test/score/pools.mjs [--requests 200] [--next robin,fifo,chance]
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { load } from './load.mjs';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '200' }, next: { type: 'string', default: 'robin,fifo,chance' } } });
const { ALGORITHMS, pooled, right, calibrationError } = await load('udf/infer/registry.ts', 'test/udf/infer/model/traffic.ts');

/** µs between two requests, places of the pool, calls a request; a call takes 4.3 ms on average. */
const POOLS = [[4_400, 1, 1], [13_500, 1, 3], [17_500, 1, 4], [21_000, 1, 5], [5_000, 2, 2], [12_000, 3, 6], [9_000, 3, 6], [14_000, 3, 10], [3_500, 4, 3], [9_000, 8, 10], [6_000, 8, 10], [1_500, 16, 6]];

const percent = (share) => (100 * share).toFixed(1);
const table = new Table({ head: ['next', 'places', 'calls', 'busy', 'model', 'sure', 'error', 'fcfs'], style: { head: [], border: [] } });
for (const next of values.next.split(',')) {
  for (const [gap, places, calls] of POOLS) {
    const { window, truth } = pooled(Number(values.requests), gap, places, calls, next);
    const assignments = ALGORITHMS.model().assign(window);
    const sent = window.calls.map(({ start }) => start);
    const busy = window.calls.reduce((sum, { start, end }) => sum + end - start, 0) / (Math.max(...window.calls.map(({ end }) => end)) - Math.min(...sent)) / places;
    table.push([next, places, calls, percent(busy), percent(right(assignments, truth)), percent(assignments.reduce((sum, { probability }) => sum + probability, 0) / assignments.length),
      calibrationError(assignments, truth).toFixed(3), percent(right(ALGORITHMS.fcfs().assign(window), truth))]);
  }
}
console.log(table.toString());
