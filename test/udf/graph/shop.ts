import { latencyBucket } from '../../../sql/latency.ts';
import { micros } from '../../../sql/micros.ts';
import type { Span } from '../../../sql/span.ts';

interface Operation {
  readonly service: string;
  readonly method: string;
  readonly route: string;
  /** Median of its own time, µs. */
  readonly self: number;
  readonly fails: number;
  /** What it calls, one after the other, with the probability of each call. */
  readonly calls: readonly (readonly [operation: string, probability: number])[];
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  home: { service: 'frontend', method: 'GET', route: '/', self: 3_000, fails: 0, calls: [['list', 1], ['rates', 0.7], ['ads', 0.9], ['cart', 0.8]] },
  product: { service: 'frontend', method: 'GET', route: '/product/{id}', self: 2_600, fails: 0, calls: [['get', 1], ['rates', 1], ['recommend', 0.9], ['ads', 0.9]] },
  order: { service: 'frontend', method: 'POST', route: '/cart/checkout', self: 3_500, fails: 0.002, calls: [['checkout', 1]] },
  checkout: { service: 'checkout', method: 'POST', route: '/orders', self: 4_000, fails: 0.004, calls: [['cart', 1], ['get', 1], ['rates', 1], ['quote', 1], ['charge', 1], ['ship', 0.97], ['empty', 0.97], ['mail', 0.97]] },
  list: { service: 'product-catalogue', method: 'GET', route: '/products', self: 1_800, fails: 0, calls: [['products-sql', 1]] },
  get: { service: 'product-catalogue', method: 'GET', route: '/products/{id}', self: 900, fails: 0, calls: [['products-sql', 0.4]] },
  'products-sql': { service: 'catalogue-db', method: 'POST', route: '/query', self: 2_200, fails: 0, calls: [] },
  recommend: { service: 'recommendation', method: 'GET', route: '/recommendations', self: 9_000, fails: 0.008, calls: [['list', 1], ['embed', 0.6]] },
  embed: { service: 'model-server', method: 'POST', route: '/v1/embed', self: 38_000, fails: 0.02, calls: [] },
  cart: { service: 'cart', method: 'GET', route: '/carts/{id}', self: 900, fails: 0, calls: [['cart-get', 1]] },
  empty: { service: 'cart', method: 'DELETE', route: '/carts/{id}', self: 800, fails: 0, calls: [['cart-get', 1]] },
  'cart-get': { service: 'cart-store', method: 'POST', route: '/eval', self: 350, fails: 0, calls: [] },
  rates: { service: 'currency', method: 'GET', route: '/convert', self: 600, fails: 0, calls: [] },
  quote: { service: 'shipping', method: 'POST', route: '/quotes', self: 3_000, fails: 0, calls: [] },
  ship: { service: 'shipping', method: 'POST', route: '/shipments', self: 6_000, fails: 0.01, calls: [] },
  charge: { service: 'payment', method: 'POST', route: '/charges', self: 21_000, fails: 0.004, calls: [['bank', 1]] },
  bank: { service: 'bank-gateway', method: 'POST', route: '/v2/transactions', self: 140_000, fails: 0.07, calls: [] },
  mail: { service: 'email', method: 'POST', route: '/send', self: 12_000, fails: 0.03, calls: [] },
  ads: { service: 'ad', method: 'GET', route: '/ads', self: 5_000, fails: 0, calls: [] },
};
const ROOTS: readonly (readonly [operation: string, share: number])[] = [['home', 0.5], ['product', 0.4], ['order', 0.1]];

/** Mulberry32: the same shop every time. */
const dice = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Draft = { -readonly [K in keyof Span]: Span[K] };

/** Made-up spans of a web shop over an hour: `traces` of them, more in the middle, the bank slow for a while. */
export const shopSpans = (traces: number, from: number, tenant = 'default'): readonly Span[] => {
  const random = dice(7);
  const spans: Span[] = [];
  let ids = 0;
  const id = (): string => `00000000-0000-4000-8000-${(ids += 1).toString(16).padStart(12, '0')}`;
  const traceId = (us: number): string => {
    const ms = Math.floor(us / 1_000).toString(16).padStart(12, '0');
    return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${(ids += 1).toString(16).padStart(12, '0')}`;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const hour = 3_600_000_000;
  const visit = (name: string, start: number, parent: Draft | null, trace: Draft[], ordinal: number): number => {
    const operation = OPERATIONS[name];
    if (operation === undefined) throw new Error(`the shop has no operation ${name}`);
    const slow = name === 'bank' && Math.abs((start - from) / hour - 0.62) < 0.06 ? 4 : 1;
    const self = Math.max(40, operation.self * slow * Math.exp(0.5 * normal()));
    const span: Draft = {
      ts: micros(Math.round(start)), tenant, run: 'live', span_id: id(), parent_id: parent?.span_id ?? null, trace_id: trace[0]?.trace_id ?? traceId(start),
      service: operation.service, instance: `10.0.0.${Object.keys(OPERATIONS).indexOf(name) + 10}:8080`, method: operation.method, route: operation.route, protocol: 'http/1.1',
      status: random() < operation.fails * slow ? 503 : 200, status_class: '2xx',
      parent_service: parent?.service ?? '(outside)', parent_route: parent?.route ?? null, root_service: '', root_route: null, root_ts: micros(0),
      depth: parent === null ? 0 : parent.depth + 1, path: `${parent === null ? '' : `${parent.path}.`}${String(ordinal).padStart(4, '0')}`,
      duration_us: 0, duration_le_us: 0, self_us: Math.round(self), self_le_us: latencyBucket(Math.round(self)), critical_us: Math.round(self), network_us: parent === null ? null : Math.round(120 + 180 * random()), basis: 'two_tap',
      probability: parent === null ? 1 : Math.min(1, 0.86 + 0.16 * random()), evidence: parent === null ? 'none' : 'timing', runner_up_id: null, runner_up_probability: null,
      coverage: 1, revision: 1, span_count: null, service_count: null, min_probability: null, withdrawn: false, grpc_status: null,
    };
    if (span.status === 503) span.status_class = '5xx';
    trace.push(span);
    let at = start + self * 0.4;
    let child = 0;
    for (const [next, probability] of operation.calls) if (random() < probability) at = visit(next, at + 60, span, trace, (child += 1)) + 150;
    const end = at + self * 0.6;
    span.duration_us = Math.round(end - start);
    span.duration_le_us = latencyBucket(span.duration_us);
    return end;
  };
  for (let n = 0; n < traces; n += 1) {
    const pick = random();
    let sum = 0;
    const [root = 'home'] = ROOTS.find(([, share]) => (sum += share) > pick) ?? [];
    const trace: Draft[] = [];
    visit(root, from + hour * (n + random()) / traces, null, trace, 1);
    const [first] = trace;
    if (first === undefined) continue;
    for (const span of trace) Object.assign(span, { root_service: first.service, root_route: first.route, root_ts: first.ts });
    first.span_count = trace.length;
    first.service_count = new Set(trace.map(({ service }) => service)).size;
    first.min_probability = Math.min(...trace.map(({ probability }) => probability));
    spans.push(...trace);
  }
  return spans;
};
