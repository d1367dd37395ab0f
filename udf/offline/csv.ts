import { micros, type Micros } from '../../sql/micros.ts';
import { NO_HINTS, type Algorithm, type Assignment, type Call, type InstanceWindow, type Served } from '../infer/algorithm.ts';
import { byStart } from '../order.ts';

/** A trace set that cannot be read; the message holds where, what was found and what belongs there. */
export class TraceSetError extends Error {
  override readonly name = 'TraceSetError';
}

const COLUMNS = [
  'exchange', 'caller', 'callee', 'operation',
  'client_start_us', 'client_end_us', 'server_start_us', 'server_end_us',
] as const;
type Column = typeof COLUMNS[number];

interface Row {
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly operation: string;
  readonly clientStart: Micros;
  readonly clientEnd: Micros | null;
  readonly serverStart: Micros;
  readonly serverEnd: Micros | null;
}

/** Reads the columns by name; every other column, the truth among them, is left unread. */
const parseRows = (text: string, file: string): readonly Row[] => {
  const lines = text.split('\n');
  const header = (lines[0] ?? '').trim().split(',');
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new TraceSetError(`${file}:1: no column ${missing.join(', ')}; the header must name ${COLUMNS.join(',')}`);
  const at = Object.fromEntries(COLUMNS.map((column) => [column, header.indexOf(column)])) as Record<Column, number>;

  const rows: Row[] = [];
  for (let n = 1; n < lines.length; n++) {
    const line = (lines[n] ?? '').trim();
    if (line === '') continue;
    const cells = line.split(',');
    const cell = (column: Column): string => cells[at[column]] ?? '';
    const time = (column: Column): Micros | null => {
      const value = cell(column);
      if (value === '') return null;
      if (!/^-?\d+$/.test(value)) throw new TraceSetError(`${file}:${n + 1}: ${column} is "${value}"; it must be whole microseconds`);
      return micros(Number(value));
    };
    const started = (column: Column, other: Column): Micros => {
      const value = time(column) ?? time(other);
      if (value === null) throw new TraceSetError(`${file}:${n + 1}: neither ${column} nor ${other} is given; one is needed`);
      return value;
    };
    rows.push({
      id: cell('exchange'), caller: cell('caller'), callee: cell('callee'), operation: cell('operation'),
      clientStart: started('client_start_us', 'server_start_us'), clientEnd: time('client_end_us') ?? time('server_end_us'),
      serverStart: started('server_start_us', 'client_start_us'), serverEnd: time('server_end_us') ?? time('client_end_us'),
    });
  }
  return rows;
};

/** What each service served and sent, by name of the service; one window holds the whole set. */
const windowsOf = (rows: readonly Row[]): readonly InstanceWindow[] => {
  const byName = new Map<string, { served: Served[]; calls: Call[] }>();
  const at = (name: string): { served: Served[]; calls: Call[] } => {
    const found = byName.get(name) ?? { served: [], calls: [] };
    byName.set(name, found);
    return found;
  };
  for (const row of rows) {
    const { id, operation, caller, callee } = row;
    at(callee).served.push({ id, operation, caller, start: row.serverStart, end: row.serverEnd, status: 0, hints: NO_HINTS });
    at(caller).calls.push({ id, operation, callee, start: row.clientStart, end: row.clientEnd, status: 0, hints: NO_HINTS });
  }
  return [...byName].map(([instance, { served, calls }]) =>
    ({ instance, served: served.toSorted(byStart), calls: calls.toSorted(byStart) }));
};

/**
 * Infers the parents of a trace set given as CSV text and returns them as CSV, `exchange,parent,confidence`, in the set's
 * order. Throws `TraceSetError` where the set cannot be read.
 */
export const inferTraceSet = (text: string, file: string, algorithm: Algorithm): string => {
  const rows = parseRows(text, file);
  const found = new Map<string, Assignment>();
  for (const window of windowsOf(rows)) {
    if (window.calls.length === 0) continue;
    for (const assignment of algorithm().assign(window)) found.set(assignment.call.id, assignment);
  }
  const lines = rows.map(({ id }) => {
    const assignment = found.get(id);
    return `${id},${assignment?.parent?.id ?? ''},${(assignment?.probability ?? 0).toFixed(4)}`;
  });
  return `exchange,parent,confidence\n${lines.map((line) => `${line}\n`).join('')}`;
};
