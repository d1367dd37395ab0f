import { setImmediate as turn } from 'node:timers/promises';
import { counters, type Counters } from '../counters.ts';
import type { Database } from '../database.ts';
import type { AnyExchange } from '../exchange.ts';
import { micros, type Micros } from '../micros.ts';
import type { Sink } from '../sink.ts';
import type { ExchangeTokens } from '../tokens.ts';
import { giveBack, newLines, takeBody, type Body } from './body.ts';
import { deliverer } from './deliver.ts';
import { addLine, addRow, type EncodedRow } from './encoded.ts';
import { lineEncoder } from './line.ts';
import { progressNotes, uncounted } from './notes.ts';
import { poster } from './post.ts';
import { EXCHANGE_TOKENS, EXCHANGES, LOSS, PROGRESS, tokensRow, valuesIn } from './shapes.ts';
import { spill, type Spilled } from './spill.ts';
import { tableWatch } from './suspended.ts';

export interface ExchangeWriterOptions {
  /** Name of this writer in `ingest_progress` and `capture_loss`; two that run at once need two names. */
  readonly worker: string;
  /** Taps that the watermark speaks for; default: those of the rows pushed so far. */
  readonly taps?: readonly string[];
  /** `ready` waits above this many rows in memory that are not yet acknowledged; default 200,000 (about 120 MB). */
  readonly maxHeldRows?: number;
  /** Rows a request at most; default 20,000: fewer cost the server more, more did not make it cheaper. */
  readonly batchRows?: number;
  /** A row waits at most this long for its request; default 500 ms. */
  readonly flushMs?: number;
  /**
   * Where rows go when the server does not take them as fast as they come; default: nowhere. `afterBytes` (default 32 MiB) stay
   * in memory. What a killed writer left there is written first.
   */
  readonly spill?: { readonly dir: string; readonly maxBytes: number; readonly afterBytes?: number };
  /** File for rows that the server refuses. */
  readonly deadLetters?: string;
  /** Counts here, instead of by itself. */
  readonly counters?: Counters;
  /** Totals of what was lost, by name; those that have grown go to `capture_loss`, with what went wrong in the writer. */
  readonly losses?: () => Readonly<Record<string, number>>;
  readonly log?: (line: string) => void;
}

/** Takes exchanges at any speed, holds them until the server has them, and says how far it has come. */
export interface ExchangeWriter extends Sink<AnyExchange> {
  /** As `push`, of an exchange that `exchangeEncoder` has encoded; `taps` has to be given. */
  put(row: EncodedRow): void;
  /** Resolves when fewer than `maxHeldRows` rows are held in memory; a replay awaits it before it reads on. */
  ready(): Promise<void>;
  /** Sends what is held and resolves when all rows pushed so far, and the progress over them, are acknowledged. */
  settled(): Promise<void>;
  /** rows_held (in memory), spill_rows, spill_bytes and spill_files (on disk) now, and spill_limit_bytes; rows_pushed, rows_written, token_rows_written, … as totals: see the README. */
  counters(): Readonly<Record<string, number>>;
}

/** Lines of one request, and the packet time that all rows up to it have been pushed for. */
interface Batch {
  readonly held: { readonly kind: 'memory'; readonly body: Body } | { readonly kind: 'disk'; readonly spilled: Spilled };
  readonly watermark: Micros | null;
  readonly closes: boolean;
  /** Values of the exchanges of the batch behind it. */
  readonly isOfTokens: boolean;
}

const rowsOf = ({ held }: Batch): number => (held.kind === 'memory' ? held.body : held.spilled).rows;

const HEARTBEAT_MS = 5_000;
const SPILL_AFTER_BYTES = 32 << 20;
/** While batches wait one behind the other, how far the writer has come is said this often. */
const NOTE_MS = 500;
/** The first request goes early, and each then may be twice as large, so that the server is at work while rows are still encoded. */
const FIRST_ROWS = 2_500;
/** `ready` lets requests move on once in this many rows: a source that never waits by itself would have them sent only at its end. */
const TURN_ROWS = 1_000;
/** Encoded one after the other: an exchange at a time, between what decodes it, took a tenth more of an ingest's CPU. */
const ENCODED_AT_ONCE = 64;
const DONE = Promise.resolve();
/** How the lines of a body of `exchange_tokens` begin, which tells it from one of `exchanges`, also when a killed writer left it. */
const OF_TOKENS = Buffer.from(EXCHANGE_TOKENS.table);
const isOfTokens = ({ bytes }: Body): boolean => bytes.subarray(0, OF_TOKENS.length).equals(OF_TOKENS);

/**
 * Writes exchanges in batches of `batchRows`, one request at a time; encoding the next goes on meanwhile.
 * That it has begun is written before all, the values that exchanges carry before the exchanges, and the watermark after the rows that it
 * covers: whoever sees an exchange can have its values, and knows that more may come. Rows that the server does not take go to disk, up to a limit, then stay
 * in memory. At `maxHeldRows` it still takes rows: whoever can wait awaits `ready`.
 */
export const exchangeWriter = (database: Database, options: ExchangeWriterOptions): ExchangeWriter => {
  const { worker, maxHeldRows = 200_000, batchRows = 20_000, flushMs = 500, log = () => undefined } = options;
  const totals = options.counters ?? counters();
  const post = poster(database);
  const deadLetters = options.deadLetters ?? null;
  const inWords = (): string => {
    const { rows, bytes } = disk?.held() ?? { rows: 0, bytes: 0 };
    const onDisk = rows === 0 ? '' : `, ${rows} on disk (${Math.ceil(bytes / 2 ** 20)} of at most ${Math.floor((options.spill?.maxBytes ?? 0) / 2 ** 20)} MiB)`;
    return `${held} rows are held in memory${onDisk}`;
  };
  const deliver = deliverer({ post, count: totals.count, log, deadLetters, held: inWords });
  const announcer = deliverer({ post, count: uncounted, log, deadLetters, held: inWords });
  const deliverTokens = deliverer({ post, count: (name, by) => { totals.count(`token_${name}`, by); }, log, deadLetters, held: inWords });
  const encode = lineEncoder(EXCHANGES);
  const encodeTokens = lineEncoder(EXCHANGE_TOKENS);

  const taps = new Set(options.taps);
  const queue: Batch[] = [];
  const waiters: { readonly held: number; readonly resolve: () => void }[] = [];
  /** Rows to be encoded next. */
  const fresh: AnyExchange[] = [];
  const open = newLines();
  const openTokens = newLines();
  const disk = options.spill === undefined ? null : spill({ ...options.spill, log });
  const spillAfter = options.spill?.afterBytes ?? SPILL_AFTER_BYTES;
  /** Rows in memory, and the bytes of those that are in a batch. */
  let held = 0;
  let heldBytes = 0;
  let watermark: Micros | null = null;
  let noted: Micros | null = null;
  let closed = false;
  let working = false;
  let announced = false;
  let timer: NodeJS.Timeout | null = null;
  let saidAt = -Infinity;
  let rowsSinceTurn = 0;
  let enough = Math.min(FIRST_ROWS, batchRows);
  const watch = tableWatch(database, {
    tables: [EXCHANGES, EXCHANGE_TOKENS, PROGRESS, LOSS].map(({ table }) => table), log, count: totals.count,
  });
  const notes = progressNotes({
    worker, taps, losses: () => ({ ...options.losses?.(), ...totals.snapshot() }),
    deliver: deliverer({ post, count: uncounted, log, deadLetters, held: null }), onIdle: () => { wake(); },
  });

  const encodeFresh = (): void => {
    for (const exchange of fresh) encode(exchange, open);
    for (const exchange of fresh) if (exchange.tokens !== undefined) pushTokens(exchange, exchange.tokens);
    fresh.length = 0;
  };
  /** Hands over what is encoded; so many rows are expected for the next time, by default as many. */
  const seal = (nextRows?: number): void => {
    encodeFresh();
    if (timer !== null) { clearTimeout(timer); timer = null; }
    totals.count('rows_pushed', open.rows);
    if (openTokens.rows > 0) queue.push({ held: hold(takeBody(openTokens)), watermark: null, closes: false, isOfTokens: true });
    if (open.rows > 0 || watermark !== noted || closed) queue.push({ held: hold(takeBody(open, nextRows)), watermark, closes: closed, isOfTokens: false });
    noted = watermark;
    if (!working) void work();
  };
  /** Batches keep their order in the queue wherever they are held. */
  const hold = (body: Body): Batch['held'] => {
    const spilled = body.rows > 0 && heldBytes + body.bytes.length > spillAfter ? disk?.put(body) ?? null : null;
    if (spilled === null) {
      heldBytes += body.bytes.length;
      return { kind: 'memory', body };
    }
    held -= spilled.rows;
    totals.count('rows_spilled', spilled.rows);
    takeBack(body);
    wake();
    return { kind: 'disk', spilled };
  };
  const takeBack = (body: Body): void => { giveBack(isOfTokens(body) ? openTokens : open, body); };
  const sealSoon = (): void => {
    timer ??= setTimeout(() => { timer = null; seal(); }, flushMs);
  };
  /** A row, with the values it carried, is in the lines that are open. */
  const added = (): void => {
    held++;
    rowsSinceTurn++;
    if (open.rows < enough) { sealSoon(); return; }
    enough = Math.min(batchRows, enough * 2);
    seal(enough);
  };
  const work = async (): Promise<void> => {
    working = true;
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      if (!announced && rowsOf(batch) > 0) {
        await notes.announce(announcer);
        announced = true;
      }
      // The values of the next batch go beside the exchanges of this one: each only has to be there before its own.
      const ahead = !batch.isOfTokens && queue[0]?.isOfTokens === true ? queue.shift() : undefined;
      await Promise.all([write(batch.held), ahead === undefined ? DONE : write(ahead.held), batch.closes ? watch.lookNow() : DONE]);
      // A batch of values says nothing of how far exchanges go; it must not use up the turn of one that does.
      if (batch.closes || (batch.watermark !== null && (queue.length === 0 || performance.now() - saidAt > NOTE_MS))) {
        notes.say(batch.watermark, batch.closes);
        saidAt = performance.now();
      }
      watch.look();
      wake();
    }
    if (closed) disk?.close();
    working = false;
    wake();
  };
  const send = (body: Body): Promise<void> => (isOfTokens(body) ? deliverTokens : deliver)(body);
  const pushTokens = (exchange: AnyExchange, tokens: ExchangeTokens): void => {
    const before = openTokens.at;
    encodeTokens(tokensRow(exchange, tokens, micros(Date.now() * 1000)), openTokens);
    countTokens(valuesIn(tokens), openTokens.at - before);
  };
  const countTokens = (values: number, bytes: number): void => {
    held++;
    totals.count('token_rows_pushed');
    totals.count('tokens', values);
    totals.count('token_bytes', bytes);
  };
  const write = async (batch: Batch['held']): Promise<void> => {
    switch (batch.kind) {
      case 'memory':
        await send(batch.body);
        held -= batch.body.rows;
        heldBytes -= batch.body.bytes.length;
        takeBack(batch.body);
        break;
      case 'disk': {
        const { spilled } = batch;
        const body = disk?.get(spilled) ?? null;
        if (body !== null) await send(body);
        else totals.count('rows_spilled_unreadable', spilled.rows);
        disk?.remove(spilled, body !== null);
        break;
      }
      default: batch satisfies never;
    }
  };
  const wake = (): void => {
    for (let at = waiters.length - 1; at >= 0; at--) {
      const waiter = waiters[at];
      if (waiter === undefined || held > waiter.held || (waiter.held === 0 && (working || !notes.isIdle()))) continue;
      waiters.splice(at, 1);
      waiter.resolve();
    }
  };
  const heldAtMost = (rows: number): Promise<void> => new Promise((resolve) => {
    waiters.push({ held: rows, resolve });
    wake();
  });
  // A live tap without traffic must not look like a dead one.
  const heartbeat = setInterval(() => { if (!working && !closed) notes.say(noted, false); }, HEARTBEAT_MS);
  heartbeat.unref();

  for (const spilled of disk?.adopt() ?? []) {
    totals.count('rows_adopted', spilled.rows);
    queue.push({ held: { kind: 'disk', spilled }, watermark: null, closes: false, isOfTokens: false });
  }
  if (queue.length > 0) {
    log(`${totals.snapshot()['rows_adopted'] ?? 0} rows of a writer that was killed are written first`);
    void work();
  }

  return {
    push: (exchange) => {
      if (options.taps === undefined) taps.add(exchange.tap);
      fresh.push(exchange);
      if (fresh.length === ENCODED_AT_ONCE || open.rows + fresh.length >= enough) encodeFresh();
      added();
    },
    put: (row) => {
      addRow(open, row);
      if (row.from > row.begin) {
        addLine(openTokens, row.bytes, row.begin, row.from);
        countTokens(row.values, row.from - row.begin);
      }
      added();
    },
    advance: (to) => {
      watermark = to;
      sealSoon();
    },
    close: () => {
      closed = true;
      clearInterval(heartbeat);
      seal();
    },
    ready: () => {
      if (held >= maxHeldRows) return heldAtMost(maxHeldRows - 1);
      if (rowsSinceTurn < TURN_ROWS) return DONE;
      rowsSinceTurn = 0;
      return turn();
    },
    settled: () => {
      if (!closed) seal();
      return heldAtMost(0);
    },
    counters: () => {
      const { rows, bytes, files } = disk?.held() ?? { rows: 0, bytes: 0, files: 0 };
      const snapshot = totals.snapshot();
      return { rows_held: held, spill_rows: rows, spill_bytes: bytes, spill_files: files, spill_limit_bytes: options.spill?.maxBytes ?? 0, ...snapshot, rows_pushed: (snapshot['rows_pushed'] ?? 0) + open.rows + fresh.length };
    },
  };
};
