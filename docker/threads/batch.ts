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

/** Memory of a batch, to be written again when its rows have been taken. */
export interface Room {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly index: Float64Array<ArrayBuffer>;
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

/** Paths numbered before they begin anew. */
const MOST_PATHS = 65_536;
const FIRST_BYTES = 1 << 20;
const FIRST_ROWS = 4_096;

export const newRoom = (bytes = FIRST_BYTES, rows = FIRST_ROWS): Room => ({ bytes: new Uint8Array(bytes), index: new Float64Array(rows * COLUMNS) });

export interface BatchWriter extends Sink<Unrouted> {
  /** Hands over the rows so far, and goes on in `room`. */
  take(room: Room): Batch;
}

/** Gathers the rows of a share as bytes; `moment` is that of its line. */
export const batchWriter = ({ encode }: RowForm, moment: Moment, first: Room = newRoom()): BatchWriter => {
  const lines: Lines = { bytes: Buffer.from(first.bytes.buffer), at: 0, rows: 0, by: null };
  let { index } = first;
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
    take: (room) => {
      const { buffer, byteOffset } = lines.bytes;
      // Small buffers of Node are parts of one that others have parts of too; rooms are too large for that.
      if (!(buffer instanceof ArrayBuffer) || byteOffset > 0) throw new TypeError('memory of a batch cannot be handed over');
      const batch: Batch = { bytes: new Uint8Array(buffer), index, rows: lines.rows, paths, settled, anew };
      lines.bytes = Buffer.from(room.bytes.buffer);
      lines.at = 0;
      lines.rows = 0;
      lines.by = null;
      index = room.index;
      paths = [];
      settled = [];
      anew = size >= MOST_PATHS;
      if (anew) { numbers.clear(); size = 0; }
      return batch;
    },
  };
};

const orderOf = ({ ts, exchange_id, network, client_ip, client_port, server_ip, server_port }: Unrouted): RowOrder =>
  ({ ts, exchange_id, network, client_ip, client_port, server_ip, server_port });
