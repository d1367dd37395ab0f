import type { RowOrder } from '../../ingest/exchange/ordered.ts';
import type { Unrouted } from '../../ingest/exchange/routed.ts';
import { idNumber, placeNumber } from '../../ingest/last-look.ts';
import type { Moment } from '../../ingest/share.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Lines } from '../../sql/write/body.ts';
import type { RowForm } from './form.ts';

/**
 * What a batch holds of each row, in this order: the moment it came at, where in the bytes it begins (what it carried is before it),
 * its route goes, and it ends, how many values it carried, its path's number (-1 = it has none), its place in `settled` (-1 = it has
 * none), and what copies are told by.
 */
export const [AT, FROM, HOLE, END, VALUES, PATH, SETTLED, ID, PLACE, COLUMNS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** A path asked for at a server. */
export interface Path {
  readonly ip: string;
  readonly port: number;
  readonly path: string;
}

/** Memory of batches that both ends see; it is written again when its rows have been taken. */
export interface Room {
  readonly bytes: Uint8Array;
  readonly index: Float64Array;
}

/** Rows that one share gave for a stretch of the input, in its order. */
export interface Batch extends Room {
  readonly rows: number;
  /** Paths met for the first time; each has the next number. */
  readonly paths: readonly Path[];
  /** Numbers begin anew with this batch. */
  readonly anew: boolean;
  /** Of rows that came with those of other connections at one moment, what tells their order. */
  readonly settled: readonly RowOrder[];
}

/** A batch as it is told to another thread: its room by number, and its memory where that is new. */
export interface ToldBatch extends Omit<Batch, keyof Room> {
  readonly room: number;
  readonly memory: { readonly bytes: SharedArrayBuffer; readonly index: SharedArrayBuffer } | null;
}

/** The batch, of the rooms known so far, to which it may add one. */
export const heardBatch = ({ room, memory, ...rest }: ToldBatch, rooms: Room[]): Batch => {
  if (memory !== null) rooms[room] = { bytes: new Uint8Array(memory.bytes), index: new Float64Array(memory.index) };
  return { ...rooms[room]!, ...rest };
};

/** Paths numbered before they begin anew. */
const MOST_PATHS = 65_536;
const FIRST_BYTES = 1 << 20;
const FIRST_ROWS = 4_096;

export interface BatchWriter extends Sink<Unrouted> {
  /** Tells the rows so far, and goes on in the room of that number, whose rows have been taken; null = in a new one. */
  take(free: number | null): ToldBatch;
}

/** Gathers the rows of a share as bytes; `moment` is that of its line. Rooms begin with space for so many bytes and rows. */
export const batchWriter = ({ encode }: RowForm, moment: Moment, firstBytes = FIRST_BYTES, firstRows = FIRST_ROWS): BatchWriter => {
  const rooms: { bytes: Buffer<SharedArrayBuffer>; index: Float64Array<SharedArrayBuffer>; known: boolean }[] = [];
  const bytesOf = (length: number): Buffer<SharedArrayBuffer> => Buffer.from(new SharedArrayBuffer(length));
  const indexOf = (length: number): Float64Array<SharedArrayBuffer> => new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
  const add = (): number => rooms.push({ bytes: bytesOf(firstBytes), index: indexOf(firstRows * COLUMNS), known: false }) - 1;
  let now = add();
  const lines: Lines = { bytes: rooms[now]!.bytes, at: 0, rows: 0, by: null };
  let index: Float64Array = rooms[now]!.index;
  let paths: Path[] = [];
  let settled: RowOrder[] = [];
  let anew = true;
  let size = 0;
  /** By port, address, path. */
  const numbers = new Map<number, Map<string, Map<string, number>>>();

  const numberOf = (ip: string, port: number, path: string): number => {
    const known = numbers.get(port)?.get(ip)?.get(path);
    if (known !== undefined) return known;
    const atPort = numbers.get(port) ?? new Map<string, Map<string, number>>();
    const atServer = atPort.get(ip) ?? new Map<string, number>();
    numbers.set(port, atPort.set(ip, atServer.set(path, size)));
    paths.push({ ip, port, path });
    return size++;
  };
  return {
    push: (row) => {
      const place = lines.rows * COLUMNS;
      if (place === index.length) {
        const larger = new Float64Array(index.length * 2);
        larger.set(index);
        index = larger;
      }
      index[place + PATH] = row.route === null ? -1 : numberOf(row.server_ip, row.server_port, row.route);
      index[place + AT] = moment.at;
      index[place + SETTLED] = moment.settling ? settled.length : -1;
      if (moment.settling) settled.push(orderOf(row));
      index[place + ID] = idNumber(row.exchange_id);
      index[place + PLACE] = placeNumber(row);
      const { from, hole, values } = encode(row, lines);
      index[place + FROM] = from;
      index[place + HOLE] = hole;
      index[place + END] = lines.at;
      index[place + VALUES] = values;
    },
    advance: () => {},
    close: () => {},
    take: (free) => {
      const room = rooms[now]!;
      if (lines.bytes !== room.bytes) {
        room.bytes = bytesOf(lines.bytes.length);
        room.bytes.set(lines.bytes.subarray(0, lines.at));
        room.known = false;
      }
      if (index !== room.index) {
        room.index = indexOf(index.length);
        room.index.set(index);
        room.known = false;
      }
      const memory = room.known ? null : { bytes: room.bytes.buffer, index: room.index.buffer };
      room.known = true;
      const told = { room: now, memory, rows: lines.rows, paths, settled, anew };
      now = free ?? add();
      lines.bytes = rooms[now]!.bytes;
      lines.at = 0;
      lines.rows = 0;
      lines.by = null;
      index = rooms[now]!.index;
      paths = [];
      settled = [];
      anew = size >= MOST_PATHS;
      if (anew) { numbers.clear(); size = 0; }
      return told;
    },
  };
};

const orderOf = ({ ts, exchange_id, network, client_ip, client_port, server_ip, server_port }: Unrouted): RowOrder =>
  ({ ts, exchange_id, network, client_ip, client_port, server_ip, server_port });
