import { z } from 'zod';
import { micros, type Micros } from '../../sql/micros.ts';
import type { EdgeFilter, GraphWindow } from '../graph/reader.ts';
import { parseMoment } from './moment.ts';

const LONGEST_NAME = 256;
const MOST_TRACES = 500;
const MOST_STEPS = 2_000;
/** Steps that a chart shows well, where none is asked for. */
const USUAL_STEPS = 120;
const HOUR_US = 3_600_000_000;
const MOMENT = 'a time like 2026-11-23T10:00:00Z or epoch seconds, ms or µs';

const shown = (input: unknown): string => (Array.isArray(input) ? `${input.length} values` : JSON.stringify(input) ?? 'nothing');
const expected = (what: string) => ({ error: (issue: { readonly input?: unknown }): string => `is ${shown(issue.input)}; allowed is ${what}` });

/** An empty parameter, as a form sends it, is one that was not given. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const moment = z.string(expected(MOMENT)).transform((text, context): Micros => {
  const us = parseMoment(text);
  if (us !== null) return us;
  context.addIssue({ code: 'custom', message: `is ${shown(text)}; allowed is ${MOMENT}` });
  return z.NEVER;
});
// oxlint-disable-next-line no-control-regex
const name = z.string(expected('a name')).max(LONGEST_NAME, expected(`a name of at most ${LONGEST_NAME} characters`)).regex(/^[^\u0000-\u001F]*$/, expected('a name without control characters'));
const number = (what: string, allowed: (n: number) => boolean) => z.string(expected(what)).transform((text, context): number => {
  const n = Number(text);
  if (text.trim() !== '' && Number.isFinite(n) && allowed(n)) return n;
  context.addIssue({ code: 'custom', message: `is ${shown(text)}; allowed is ${what}` });
  return z.NEVER;
});
const share = number('a number from 0 to 1', (n) => n >= 0 && n <= 1);
const whole = (least: number, most: number, unit: string) =>
  number(`a whole number of ${unit} from ${least} to ${most}`, (n) => Number.isInteger(n) && n >= least && n <= most);

const place = { tenant: optional(name), run: optional(name) };
const window = { ...place, from: optional(moment), to: optional(moment), minConfidence: optional(share) };
const edge = { caller: optional(name), callee: optional(name) };

/** The parameters of each route; unknown ones are refused, because a mistyped one would be ignored silently. */
export const QUERIES = {
  none: z.strictObject({}),
  graph: z.strictObject({ ...window, format: optional(z.enum(['json', 'gexf', 'graphml', 'dot'], expected('json, gexf, graphml or dot'))) }),
  histogram: z.strictObject({ ...window, ...edge }),
  timeline: z.strictObject({ ...window, ...edge, step: optional(whole(1_000, 366 * 24 * HOUR_US, 'µs')) }),
  traces: z.strictObject({
    ...window, ...edge,
    root: optional(name),
    order: optional(z.enum(['slowest', 'newest'], expected('slowest or newest'))),
    limit: optional(whole(1, MOST_TRACES, 'traces')),
  }),
  trace: z.strictObject(place),
} as const;
export const PARAMS = {
  trace: z.strictObject({ id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, expected('a UUID like 019ab0c4-7a1e-7c3d-9f2e-5d8c1b6a4f70')) }),
} as const;

/** A JSON body may hold numbers where a query holds their text. */
const asText = (body: unknown): unknown => (typeof body !== 'object' || body === null || Array.isArray(body) ? body ?? {}
  : Object.fromEntries(Object.entries(body).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value])));
const inference = z.strictObject({ ...window, algorithm: optional(name), evidence: optional(name) });

export const BODIES = { inference: Object.assign(z.preprocess(asText, inference), { shape: inference.shape }) } as const;

export type InferenceBody = z.infer<typeof inference>;
export type GraphQuery = z.infer<typeof QUERIES.graph>;
export type HistogramQuery = z.infer<typeof QUERIES.histogram>;
export type TimelineQuery = z.infer<typeof QUERIES.timeline>;
export type TracesQuery = z.infer<typeof QUERIES.traces>;
export type TraceQuery = z.infer<typeof QUERIES.trace>;
export type TraceParams = z.infer<typeof PARAMS.trace>;

/** A query that is well formed and yet makes no sense; the message is for its sender. */
export class QueryError extends Error {
  constructor(found: string) {
    super(found);
    this.name = 'QueryError';
  }
}

/** One sentence for the first thing that is wrong with a query. */
export const explainIssue = (error: z.ZodError, allowed: readonly string[]): string => {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const list = allowed.length > 0 ? `allowed are ${allowed.join(', ')}` : 'none is allowed here';
    return `Unknown parameter ${issue.keys.map((key) => `"${key}"`).join(', ')}; ${list}.`;
  }
  return `Parameter "${issue?.path.join('.') ?? ''}" ${issue?.message ?? 'is wrong'}.`;
};

export const DEFAULT_TENANT = 'default';
export const LIVE_RUN = 'live';

/** Completes a window: without `to` it ends at `end`, without `from` it is an hour long. */
export const windowOf = (query: HistogramQuery, end: Micros): GraphWindow => {
  const to = query.to ?? (query.from === undefined ? end : micros(Math.max(end, query.from + HOUR_US)));
  const from = query.from ?? micros(Math.max(0, to - HOUR_US));
  if (from >= to) throw new QueryError(`The window is empty: "from" (${iso(from)}) has to be earlier than "to" (${iso(to)}).`);
  return { from, to, tenant: query.tenant ?? DEFAULT_TENANT, run: query.run ?? LIVE_RUN, minConfidence: query.minConfidence ?? 0 };
};

const iso = (us: Micros): string => new Date(us / 1_000).toISOString();

/** The calls that a query names; an end that it leaves out is any. */
export const edgeOf = ({ caller = null, callee = null }: { readonly caller?: string | null | undefined; readonly callee?: string | null | undefined }): EdgeFilter => ({ caller, callee });

const ROUND_STEPS_US = [1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms * 1_000)
  .concat([1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map((s) => s * 1_000_000));

/** The step asked for, or a round one that gives about a hundred steps; refused where the answer would be too long. */
export const stepOf = (query: TimelineQuery, { from, to }: GraphWindow): number => {
  const least = (to - from) / USUAL_STEPS;
  const step = query.step ?? ROUND_STEPS_US.find((us) => us >= least) ?? Math.ceil(least / 86_400_000_000) * 86_400_000_000;
  if ((to - from) / step > MOST_STEPS) {
    throw new QueryError(`Parameter "step" is ${step}; a window of ${to - from} µs allows steps from ${Math.ceil((to - from) / MOST_STEPS)} µs (at most ${MOST_STEPS} of them).`);
  }
  return step;
};
