import { micros, type Micros } from '../../sql/micros.ts';
import type { Exchange, Outcome, Vantage } from '../../sql/exchange.ts';
import type { Basis } from '../../sql/span.ts';
import type { ExchangeTokens, Tokens } from '../../sql/tokens.ts';

/** An exchange at one host's clock: first request byte, last response byte (null = no answer seen). */
export interface Times {
  readonly start: Micros;
  readonly end: Micros | null;
}

/** One exchange over all taps that saw it. */
export interface Merged {
  readonly id: string;
  /** The row that tells the most of it. */
  readonly exchange: Exchange;
  /** At the caller's host, as near as a tap was to it. */
  readonly client: Times;
  /** At the callee's host, as near as a tap was to it. */
  readonly server: Times;
  readonly basis: Basis;
  /** Of each side, what the tap that saw most of it saw; null = no tap's values are known. */
  readonly tokens: ExchangeTokens | null;
}

/** Which end's host the row's tap sits on. */
export type SideOf = (exchange: Exchange) => Vantage;

const TELLS: Readonly<Record<Outcome, number>> = { complete: 0, unanswered: 1, reset: 1, deadline: 1, cut: 2, orphan: 3 };
const FROM_CLIENT: Readonly<Record<Vantage, number>> = { client: 0, middle: 1, server: 2 };

const timesOf = ({ ts, duration_us }: Exchange): Times =>
  ({ start: ts, end: duration_us === null ? null : micros(ts + duration_us) });

const more = (a: Tokens, b: Tokens): Tokens => (b.values.length > a.values.length ? b : a);

/** Taps that see the same bytes see the same values: they differ where one has lost some. */
const mergedTokens = (rows: readonly Exchange[]): ExchangeTokens | null => {
  let merged: ExchangeTokens | null = null;
  for (const { tokens } of rows) {
    if (tokens === undefined) continue;
    merged = merged === null ? tokens
      : { request: more(merged.request, tokens.request), response: more(merged.response, tokens.response), kind: merged.kind === 0 ? tokens.kind : merged.kind };
  }
  return merged;
};

const byName = (a: Exchange, b: Exchange): number => (a.tap < b.tap ? -1 : Number(a.tap > b.tap));

/**
 * Merges the rows of one exchange, one a tap, in any order; `rows` holds at least one. Where two taps are not known to sit
 * on either host, the one that saw the exchange last longer is nearer the client: the other's interval lies within.
 */
export const mergeSightings = (rows: readonly Exchange[], sideOf: SideOf): Merged => {
  const ordered = rows.toSorted((a, b) =>
    FROM_CLIENT[sideOf(a)] - FROM_CLIENT[sideOf(b)] || (b.duration_us ?? -1) - (a.duration_us ?? -1) || byName(a, b));
  const first = ordered[0];
  const last = ordered.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('an exchange without a row');
  const exchange = ordered.toReversed().toSorted((a, b) => TELLS[a.outcome] - TELLS[b.outcome])[0] ?? last;
  const basis = sideOf(first) === 'client' && sideOf(last) === 'server' ? 'two_tap' : 'one_tap';
  return {
    id: first.exchange_id, exchange, client: timesOf(first), server: timesOf(last),
    basis: first.duration_us === null || last.duration_us === null ? 'none' : basis,
    tokens: mergedTokens(ordered),
  };
};

/** The rows of one exchange so far, one a tap: of two rows of one tap the one that tells more stays, the later among equals. */
export const addSighting = (rows: readonly Exchange[], row: Exchange): readonly Exchange[] => {
  const known = rows.find(({ tap }) => tap === row.tap);
  if (known === undefined) return [...rows, row];
  if (TELLS[known.outcome] < TELLS[row.outcome]) return rows;
  return rows.map((one) => (one === known ? row : one));
};
