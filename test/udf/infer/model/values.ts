import type { ExchangeTokens, Tokens } from '../../../../sql/tokens.ts';
import type { InstanceWindow } from '../../../../udf/infer/algorithm.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';
import type { Traffic } from './traffic.ts';

/** Field and value of each token of one side. */
type Side = readonly (readonly [number, number])[];
const side = (tokens: Side): Tokens => ({ fields: Uint32Array.from(tokens, ([field]) => field), values: Float64Array.from(tokens, ([, value]) => value) });
export const both = (request: Side, response: Side): ExchangeTokens => ({ request: side(request), response: side(response), kind: 0 });

/** What the exchanges of request number `n` carry; `callee` is null for the request itself. */
export type Carries = (n: number, callee: string | null, next: () => number) => ExchangeTokens;

export const carrying = ({ window, truth }: Traffic, carries: Carries): InstanceWindow => {
  const next = randomOf(7);
  const numberOf = new Map(window.served.map(({ id }, n) => [id, n + 1]));
  return {
    ...window,
    served: window.served.map((one) => ({ ...one, tokens: carries(numberOf.get(one.id)!, null, next) })),
    calls: window.calls.map((one) => ({ ...one, tokens: carries(numberOf.get(truth.get(one.id)!)!, one.callee, next) })),
  };
};
