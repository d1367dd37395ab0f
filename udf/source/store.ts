import type { Exchange } from '../../sql/exchange.ts';
import type { Micros } from '../../sql/micros.ts';
import type { ExchangeTokens, Tokens } from '../../sql/tokens.ts';
import { servedUntil } from '../served.ts';
import { timeIndex } from './time-index.ts';
import { addSighting, mergeSightings, type Merged, type SideOf } from './merged.ts';

/** An exchange held while its trace may still change; its times change in the store alone, which finds it by them. */
export interface Held {
  rows: readonly Exchange[];
  merged: Merged;
  /** Names its row in `spans`; null = not written yet. */
  ts: Micros | null;
  /** Inferences that have written it. */
  revision: number;
}

/** Exchanges of one tenant held in memory, by id and by address and time. */
export interface ExchangeStore {
  /** Takes a row; null = it told nothing new. */
  add(row: Exchange): { readonly held: Held; readonly before: Merged | null } | null;
  /** Merges the rows again by what is known of the taps now. */
  refresh(held: Held): void;
  get(id: string): Held | null;
  /** What was being served between two moments, and perhaps a little around them; everything of the address where none are given. */
  servedAt(ip: string, from?: number, to?: number): readonly Held[];
  /** What was sent between two moments, and perhaps a little around them; everything of the address where none are given. */
  sentFrom(ip: string, from?: number, to?: number): readonly Held[];
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

export const exchangeStore = (sideOf: SideOf): ExchangeStore => {
  const byId = new Map<string, Held>();
  const served = timeIndex<Held>(({ merged }) => ({ from: merged.server.start, to: servedUntil(merged.server) }));
  const sent = timeIndex<Held>(({ merged }) => ({ from: merged.client.start, to: merged.client.start }));
  /** Merges anew; what the store finds the exchange by may change with it. */
  const merge = (held: Held, first: Exchange): void => {
    const { client, server } = held.merged;
    const merged = mergeSightings(held.rows, sideOf);
    const moved = merged.client.start !== client.start || merged.server.start !== server.start || merged.server.end !== server.end;
    if (moved) { served.delete(first.server_ip, held); sent.delete(first.client_ip, held); }
    held.merged = merged;
    if (moved) { served.add(first.server_ip, held); sent.add(first.client_ip, held); }
  };
  return {
    add(row) {
      const known = byId.get(row.exchange_id);
      if (known === undefined) {
        const held: Held = { rows: [row], merged: mergeSightings([row], sideOf), ts: null, revision: 0 };
        byId.set(row.exchange_id, held);
        served.add(row.server_ip, held);
        sent.add(row.client_ip, held);
        return { held, before: null };
      }
      if (known.rows.some((one) => one.tap === row.tap && same(one, row))) return null;
      const rows = addSighting(known.rows, row);
      if (rows === known.rows) return null;
      const before = known.merged;
      const first = known.rows[0] ?? row;
      known.rows = rows;
      merge(known, first);
      return { held: known, before };
    },
    refresh(held) {
      const [first, second] = held.rows;
      if (first !== undefined && second !== undefined) merge(held, first);
    },
    get: (id) => byId.get(id) ?? null,
    servedAt: served.between,
    sentFrom: sent.between,
    delete(id) {
      const held = byId.get(id);
      const first = held?.rows[0];
      if (held === undefined || first === undefined) return;
      byId.delete(id);
      served.delete(first.server_ip, held);
      sent.delete(first.client_ip, held);
    },
    size: () => byId.size,
  };
};
