import { bag, type Bag } from '../../../ingest/tokens/bag.ts';
import { fieldWithin, keyedHash, type Key } from '../../../ingest/tokens/keyed-hash.ts';

export const KEY: Key = [0x0302_0100, 0x0706_0504];
export const ROOT = 7;
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const hashOf = (text: string): number => keyedHash(KEY)(bytesOf(text), 0, bytesOf(text).length);

/** Hash of the field that these names lead to from `root`. */
export const fieldOf = (path: readonly (string | number)[], root = ROOT): number =>
  path.reduce<number>((parent, name) => fieldWithin(parent, typeof name === 'number' ? name : hashOf(name) % 0x1_0000_0000), root);

/** A token as its field and value hash. */
export const token = (path: readonly (string | number)[], value: string, root = ROOT): string => `${fieldOf(path, root)} ${hashOf(value)}`;

/** What a reader puts into a bag. */
export const gathered = (read: (into: Bag) => void): readonly string[] => {
  const into = bag(KEY);
  read(into);
  const { fields, values } = into.take();
  return Array.from(fields, (field, i) => `${field} ${values[i]}`);
};
