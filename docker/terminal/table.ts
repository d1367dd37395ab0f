import Table from 'cli-table3';

/** Column heads and rows of one result, cells already text. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns to set flush right: numbers. */
  readonly right?: ReadonlySet<number>;
}

const NO_BORDERS = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
};

/** Lays a result out in aligned columns without borders, so that it can be cut and pasted. */
export const textTable = ({ head, rows, right }: TextTable): string => {
  const table = new Table({
    head: [...head],
    chars: NO_BORDERS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, at) => (right?.has(at) ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...row]);
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
};

/** µs as a person reads a latency: `870 µs`, `12.4 ms`, `3.20 s`. */
export const duration = (us: number | null): string => {
  if (us === null) return '-';
  if (us < 1_000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${(us / 1_000).toPrecision(3)} ms`;
  return `${(us / 1_000_000).toFixed(2)} s`;
};
