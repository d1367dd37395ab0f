import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { CaptureError } from '../../ingest/capture/error.ts';
import { sharePipeline } from '../../ingest/pipeline.ts';
import { counters } from '../../sql/counters.ts';
import { pipelineOptions } from '../line-options.ts';
import { batchWriter } from './batch.ts';
import { rowForm } from './form.ts';
import { memoryOf, type Done, type Order, type Seat } from './talk.ts';

// A thread of `decode` and `ingest`: reads all that the others read, and gives the rows of its share.

/** While there is more to read at once, totals are told with one answer of so many: they take longer to tell than all else. */
const COUNTED_EVERY = 16;

type Session = (work: Exclude<Order, { kind: 'open' }>) => Done;

const open = ({ options, form }: Extract<Order, { kind: 'open' }>, seat: Seat): Session => {
  const tally = counters();
  const moment = { at: 0, settling: false };
  const rows = batchWriter(rowForm(form), moment);
  const line = sharePipeline(rows, pipelineOptions(options, tally), seat, moment);
  const memories: Uint8Array[] = [];
  let answers = 0;
  const read = (bytes: Uint8Array): void => {
    try {
      line.push(bytes);
    } catch (error) {
      // Whoever reads the capture for its faults has found the same one.
      if (!(error instanceof CaptureError)) throw error;
    }
  };
  /** Reads the next bytes; returns whether their memory is full, as it is while more of the input is there already. */
  const readNext = ({ number, memory, length }: Extract<Order, { kind: 'read' }>): boolean => {
    if (memory !== null) memories[number] = new Uint8Array(memory);
    const bytes = memories[number]!;
    const full = length === bytes.length;
    read(full ? bytes : bytes.subarray(0, length));
    return full;
  };
  return (work) => {
    let more = false;
    if (work.kind === 'read') more = readNext(work);
    else line.close();
    const told = !more || ++answers % COUNTED_EVERY === 0;
    return { batch: rows.take(work.free), counted: told ? tally.snapshot() : null };
  };
};

const serve = (port: MessagePort, seat: Seat): void => {
  let session: Session | null = null;
  port.on('message', (order: Order) => {
    if (order.kind === 'open') { session = open(order, seat); return; }
    const done = session?.(order);
    if (done !== undefined) port.postMessage(done, memoryOf(done.batch.room));
  });
};

if (parentPort !== null) serve(parentPort, workerData as Seat);
