import type { ExchangeTokens, Tokens } from '../../../sql/tokens.ts';

/** Where a value stood: a field of a request (even) or of a response (odd). */
export const fieldOf = (field: number, response: boolean): number => 2 * field + (response ? 1 : 0);
export const isResponse = (field: number): boolean => field % 2 === 1;

/** What one exchange carried, ordered by field; values are numbered within the frame. */
export interface Load {
  readonly fields: Float64Array;
  readonly values: Int32Array;
}

/** What the exchanges of a frame carried. */
export interface Carried {
  readonly parents: readonly (Load | null)[];
  readonly calls: readonly (Load | null)[];
}

/** Numbers what a window's exchanges carried; null where nothing is known of any of them. */
export const carriedBy = (parents: readonly { readonly tokens?: ExchangeTokens }[], calls: readonly { readonly tokens?: ExchangeTokens }[]): Carried | null => {
  if (!parents.some(({ tokens }) => tokens !== undefined) || !calls.some(({ tokens }) => tokens !== undefined)) return null;
  const numbers = new Map<number, number>();
  const loadOf = ({ tokens }: { readonly tokens?: ExchangeTokens }): Load | null => {
    if (tokens === undefined) return null;
    const all: [number, number][] = [];
    const add = ({ fields, values }: Tokens, response: boolean): void => {
      for (let i = 0; i < fields.length; i++) {
        const known = numbers.get(values[i]!);
        const number = known ?? numbers.size;
        if (known === undefined) numbers.set(values[i]!, number);
        all.push([fieldOf(fields[i]!, response), number]);
      }
    };
    add(tokens.request, false);
    add(tokens.response, true);
    all.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const distinct = all.filter(([field, value], i) => i === 0 || all[i - 1]![0] !== field || all[i - 1]![1] !== value);
    return { fields: Float64Array.from(distinct, ([field]) => field), values: Int32Array.from(distinct, ([, value]) => value) };
  };
  return { parents: parents.map(loadOf), calls: calls.map(loadOf) };
};

/** Visits the fields of a load with the range of its values. */
export const eachField = (load: Load, visit: (field: number, from: number, to: number) => void): void => {
  for (let from = 0; from < load.fields.length;) {
    let to = from + 1;
    while (to < load.fields.length && load.fields[to] === load.fields[from]) to++;
    visit(load.fields[from]!, from, to);
    from = to;
  }
};

/** The values of one field; null = it has none. */
export const valuesOf = (load: Load | null, field: number): Int32Array | null => {
  if (load === null) return null;
  const from = load.fields.indexOf(field);
  if (from < 0) return null;
  let to = from + 1;
  while (to < load.fields.length && load.fields[to] === field) to++;
  return load.values.subarray(from, to);
};

/** Whether two fields have a value in common; both in order. */
export const share = (a: Int32Array, b: Int32Array): boolean => {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) return true;
    if (a[i]! < b[j]!) i++;
    else j++;
  }
  return false;
};
