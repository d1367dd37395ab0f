import type { Exchange } from '../../sql/exchange.ts';
import type { Micros } from '../../sql/micros.ts';
import type { ExchangeTokens, Tokens } from '../../sql/tokens.ts';
import { addSighting, mergeSightings, type Merged, type SideOf } from './merged.ts';

/** An exchange held while its trace may still change. */
export interface Held {
  rows: readonly Exchange[];
  merged: Merged;
  /** Names its row in `spans`; null = not written yet. */
  ts: Micros | null;
  /** Inferences that have written it. */
  revision: number;
}

/** Exchanges of one tenant held in memory, by id and by address. */
export interface ExchangeStore {
  /** Takes a row; null = it told nothing new. */
  add(row: Exchange): { readonly held: Held; readonly before: Merged | null } | null;
  /** Merges the rows again by what is known of the taps now. */
  refresh(held: Held): void;
  get(id: string): Held | null;
  servedAt(ip: string): Iterable<Held>;
  sentFrom(ip: string): Iterable<Held>;
  delete(id: string): void;
  size(): number;
}

const equal = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
const sameSide = (a: Tokens, b: Tokens): boolean => equal(a.values, b.values) && equal(a.fields, b.fields);
/** Values that are not known any more tell nothing new. */
const sameTokens = (a: ExchangeTokens | undefined, b: ExchangeTokens | undefined): boolean =>
  b === undefined || (a !== undefined && a.kind === b.kind && sameSide(a.request, b.request) && sameSide(a.response, b.response));

/** Whether row b of an exchange tells nothing that row a of the same tap does not. */
const same = (a: Exchange, b: Exchange): boolean =>
  a.ts === b.ts && a.duration_us === b.duration_us && a.outcome === b.outcome && a.status === b.status
  && a.route === b.route && a.vantage === b.vantage && a.response_bytes === b.response_bytes
  && sameTokens(a.tokens, b.tokens);

const put = (index: Map<string, Set<Held>>, key: string, held: Held): void => {
  const found = index.get(key);
  if (found === undefined) index.set(key, new Set([held]));
  else found.add(held);
};

const take = (index: Map<string, Set<Held>>, key: string, held: Held): void => {
  const found = index.get(key);
  found?.delete(held);
  if (found?.size === 0) index.delete(key);
};

export const exchangeStore = (sideOf: SideOf): ExchangeStore => {
  const byId = new Map<string, Held>();
  const served = new Map<string, Set<Held>>();
  const sent = new Map<string, Set<Held>>();
  return {
    add(row) {
      const known = byId.get(row.exchange_id);
      if (known === undefined) {
        const held: Held = { rows: [row], merged: mergeSightings([row], sideOf), ts: null, revision: 0 };
        byId.set(row.exchange_id, held);
        put(served, row.server_ip, held);
        put(sent, row.client_ip, held);
        return { held, before: null };
      }
      if (known.rows.some((one) => one.tap === row.tap && same(one, row))) return null;
      const rows = addSighting(known.rows, row);
      if (rows === known.rows) return null;
      const before = known.merged;
      known.rows = rows;
      known.merged = mergeSightings(rows, sideOf);
      return { held: known, before };
    },
    refresh(held) {
      if (held.rows.length > 1) held.merged = mergeSightings(held.rows, sideOf);
    },
    get: (id) => byId.get(id) ?? null,
    servedAt: (ip) => served.get(ip) ?? [],
    sentFrom: (ip) => sent.get(ip) ?? [],
    delete(id) {
      const held = byId.get(id);
      if (held === undefined) return;
      byId.delete(id);
      const first = held.rows[0];
      if (first === undefined) return;
      take(served, first.server_ip, held);
      take(sent, first.client_ip, held);
    },
    size: () => byId.size,
  };
};
