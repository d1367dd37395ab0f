import type { EdgeRow, NodeRow } from './reader.ts';

/** Text for an XML attribute; characters that XML 1.0 cannot hold, not even escaped, become U+FFFD. */
export const xmlText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const SHARED_COLUMNS = [
  'calls', 'calls_per_s', 'errors', 'error_share', 'avg_us', 'p50_us', 'p90_us', 'p95_us', 'p99_us', 'max_us', 'confidence', 'coverage',
] as const;

/** The attributes that exports carry, in this order. */
export const NODE_COLUMNS = [...SHARED_COLUMNS, 'self_us', 'calls_out'] as const satisfies readonly (keyof NodeRow)[];
export const EDGE_COLUMNS = [...SHARED_COLUMNS, 'network_us'] as const satisfies readonly (keyof EdgeRow)[];

/** The figures that there are, by column. */
export const knownFigures = (columns: readonly string[], row: object): readonly (readonly [name: string, value: number])[] =>
  columns.flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(row, name)?.value;
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
