import type { RowOrder } from '../../ingest/exchange/ordered.ts';
import { routes, type Routed } from '../../ingest/exchange/route.ts';
import type { Unrouted } from '../../ingest/exchange/routed.ts';
import { idNumber, placeNumber } from '../../ingest/last-look.ts';
import type { Moment } from '../../ingest/share.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Lines } from '../../sql/write/body.ts';
import type { RowForm } from './form.ts';

/**
 * What a batch holds of each row, in this order: the moment it came at, where in the bytes it begins (what it carried is before it),
 * its route begins and is over, and it ends, how many values it carried, its path's number (-1 = it has none), its place in `settled`
 * (-1 = it has none), and what copies are told by: its time, the numbers of its id and of its place.
 */
export const [AT, FROM, HOLE, BEHIND, END, VALUES, PATH, SETTLED, TS, ID, PLACE, COLUMNS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;

/** A path asked for at a server, and the route that it has by the rows of the share alone: nearly always the one it has by all. */
export type Path = Pick<Routed, 'ip' | 'port' | 'path' | 'route'>;

/** Memory of a batch. It is one thread's at a time, and goes back to be written again when the rows have been taken. */
export interface Room {
  readonly bytes: ArrayBuffer;
  readonly index: ArrayBuffer;
}

/** Rows that one share gave for a stretch of the input, in its order. */
export interface Batch {
  readonly room: Room;
  readonly rows: number;
  /** Paths met for the first time, or whose route has changed; each has the next number. */
  readonly paths: readonly Path[];
  /** Numbers begin anew with this batch. */
  readonly anew: boolean;
  /** Of rows that came with those of other connections at one moment, what tells their order. */
  readonly settled: readonly RowOrder[];
}

/** Paths numbered before they begin anew. */
const MOST_PATHS = 65_536;
const FIRST_BYTES = 2 << 20;
const FIRST_ROWS = 4_096;

export interface BatchWriter extends Sink<Unrouted> {
  /** Tells the rows so far, and goes on in a room that is free; null = in a new one. */
  take(free: Room | null): Batch;
}

/** Gathers the rows of a share as bytes; `moment` is that of its line. Rooms begin with space for so many bytes and rows. */
export const batchWriter = ({ encode }: RowForm, moment: Moment, firstBytes = FIRST_BYTES, firstRows = FIRST_ROWS): BatchWriter => {
  let bytes = new ArrayBuffer(0);
  const lines: Lines = { bytes: Buffer.from(bytes), at: 0, rows: 0, by: null, spares: [] };
  let index = new Float64Array(0);
  const begin = (room: Room): void => {
    ({ bytes } = room);
    lines.bytes = Buffer.from(bytes);
    lines.at = 0;
    lines.rows = 0;
    lines.by = null;
    index = new Float64Array(room.index);
  };
  const newRoom = (): Room => ({ bytes: new ArrayBuffer(firstBytes), index: new ArrayBuffer(firstRows * COLUMNS * Float64Array.BYTES_PER_ELEMENT) });
  const routeOf = routes();
  let numbered: Routed[] = [];
  let paths: Path[] = [];
  let settled: RowOrder[] = [];
  let anew = true;

  const numberOf = (routed: Routed): number => {
    if (routed.number < 0) {
      const { ip, port, path, route } = routed;
      paths.push({ ip, port, path, route });
      routed.number = numbered.push(routed) - 1;
    }
    return routed.number;
  };
  const forgetNumbers = (): void => {
    for (const routed of numbered) routed.number = -1;
    numbered = [];
  };
  begin(newRoom());
  return {
    push: (row) => {
      const at = lines.rows * COLUMNS;
      if (at === index.length) {
        const larger = new Float64Array(index.length * 2);
        larger.set(index);
        index = larger;
      }
      index[at + PATH] = -1;
      if (row.route !== null) {
        const routed = routeOf(row.server_ip, row.server_port, row.route);
        row.route = routed.route;
        index[at + PATH] = numberOf(routed);
      }
      index[at + AT] = moment.at;
      index[at + SETTLED] = moment.settling ? settled.length : -1;
      if (moment.settling) settled.push(orderOf(row));
      index[at + TS] = row.ts;
      index[at + ID] = idNumber(row.exchange_id);
      index[at + PLACE] = placeNumber(row);
      const { from, hole, behind, values } = encode(row, lines);
      index[at + FROM] = from;
      index[at + HOLE] = hole;
      index[at + BEHIND] = behind;
      index[at + END] = lines.at;
      index[at + VALUES] = values;
    },
    advance: () => {},
    close: () => {},
    take: (free) => {
      // Bytes that needed more room are in memory that may not be all their own.
      if (lines.bytes.buffer !== bytes) bytes = new Uint8Array(lines.bytes).buffer;
      const told = { room: { bytes, index: index.buffer }, rows: lines.rows, paths, settled, anew };
      begin(free ?? newRoom());
      paths = [];
      settled = [];
      anew = numbered.length >= MOST_PATHS;
      if (anew) forgetNumbers();
      return told;
    },
  };
};

const orderOf = ({ ts, exchange_id, network, client_ip, client_port, server_ip, server_port }: Unrouted): RowOrder =>
  ({ ts, exchange_id, network, client_ip, client_port, server_ip, server_port });
