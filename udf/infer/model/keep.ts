import { BINS } from './grid.ts';
import type { Learnt } from './learn.ts';
import { orderOf, type Order } from './order.ts';
import { ORDINALS } from './shape.ts';

/** Changes with what a model is made of: a text of another layout is not read. */
const LAYOUT = `model 9 ${BINS} ${ORDINALS}`;

type Kept =
  | null | boolean | number | string
  | { readonly is: 'list'; readonly of: readonly number[] }
  | { readonly is: 'map'; readonly of: readonly (readonly [number, number])[] }
  | { readonly is: 'fields'; readonly of: Readonly<Record<string, number>> }
  | { readonly is: 'floats'; readonly of: string }
  | { readonly is: 'singles'; readonly of: string }
  | { readonly is: 'odd'; readonly of: string }
  | { readonly is: 'order'; readonly kinds: number; readonly of: readonly (readonly [readonly number[], number])[] };

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const isOrder = (value: object): value is Order => 'follow' in value;

/** Values as a list of nodes that name each other by place: what several places share stays one. */
const flatten = (root: unknown): readonly Kept[] => {
  const nodes: Kept[] = [];
  const places = new Map<object, number>();
  const put = (value: unknown): number => {
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return nodes.push({ is: 'odd', of: Object.is(value, -0) ? '-0' : String(value) }) - 1;
    if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return nodes.push(value) - 1;
    if (typeof value !== 'object') throw new TypeError(`a model cannot keep a ${typeof value}`);
    const known = places.get(value);
    if (known !== undefined) return known;
    const kept = nodeOf(value);
    const place = nodes.push(kept) - 1;
    places.set(value, place);
    return place;
  };
  const nodeOf = (value: object): Kept => {
    if (value instanceof Float64Array && value.every((one) => Math.fround(one) === one)) return { is: 'singles', of: base64(Float32Array.from(value)) };
    if (value instanceof Float64Array) return { is: 'floats', of: base64(value) };
    if (Array.isArray(value)) return { is: 'list', of: value.map(put) };
    if (value instanceof Map) return { is: 'map', of: [...value].map(([key, one]) => [put(key), put(one)] as const) };
    if (isOrder(value)) return { is: 'order', kinds: value.learntFrom.kinds, of: value.learntFrom.sequences.map(({ kinds, times }) => [kinds, times] as const) };
    return { is: 'fields', of: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)])) };
  };
  put(root);
  return nodes;
};

const restore = (nodes: readonly Kept[]): unknown => {
  const made: unknown[] = [];
  // A node comes behind those that it names.
  for (const node of nodes) {
    if (node === null || typeof node !== 'object') { made.push(node); continue; }
    switch (node.is) {
      case 'list': made.push(node.of.map((place) => made[place])); break;
      case 'map': made.push(new Map(node.of.map(([key, value]) => [made[key], made[value]]))); break;
      case 'fields': made.push(Object.fromEntries(Object.entries(node.of).map(([key, place]) => [key, made[place]]))); break;
      case 'floats': made.push(new Float64Array(new Uint8Array(Buffer.from(node.of, 'base64')).buffer)); break;
      case 'singles': made.push(Float64Array.from(new Float32Array(new Uint8Array(Buffer.from(node.of, 'base64')).buffer))); break;
      case 'odd': made.push(Number(node.of)); break;
      case 'order': made.push(orderOf(node.of.flatMap(([kinds, times]) => Array.from({ length: times }, () => kinds)), node.kinds)); break;
      default: node satisfies never;
    }
  }
  return made.at(-1);
};

/** What is known of an instance, with what it waits for to learn more. */
export interface KeptModel<Due> {
  readonly learnt: Learnt;
  readonly due: Due;
}

/** A model as text; every number comes back as it was. */
export const keep = <Due>(model: KeptModel<Due>): string => JSON.stringify({ layout: LAYOUT, nodes: flatten(model) });

/** Whether a text is a model's, of this layout. */
export const isKept = (text: string): boolean => text.startsWith(`{"layout":${JSON.stringify(LAYOUT)},`);

/** The model of a text; null where the text is of another layout, or none at all. */
export const unkeep = <Due>(text: string): KeptModel<Due> | null => {
  try {
    const { layout, nodes } = JSON.parse(text) as { readonly layout: string; readonly nodes: readonly Kept[] };
    return layout === LAYOUT ? restore(nodes) as KeptModel<Due> : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
};
