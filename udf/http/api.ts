import type { FastifyInstance } from 'fastify';
import { micros, type Micros } from '../../sql/micros.ts';
import { callGraph } from '../graph/call-graph.ts';
import { GRAPH_EXPORTERS } from '../graph/export.ts';
import { graphJson } from '../graph/json.ts';
import type { GraphReader, GraphWindow, RangeRow } from '../graph/reader.ts';
import { problems } from './errors.ts';
import {
  DEFAULT_TENANT, edgeOf, LIVE_RUN, PARAMS, QUERIES, stepOf, windowOf,
  type GraphQuery, type HistogramQuery, type TimelineQuery, type TraceParams, type TraceQuery, type TracesQuery,
} from './query.ts';

const USUAL_TRACES = 50;

/** The routes under /api; `now` is asked once a request. */
export const addApi = (app: FastifyInstance, reader: GraphReader, now: () => Micros): void => {
  /** A window without an end is the last hour that holds data, so that an old capture answers too. */
  const completed = async (query: HistogramQuery): Promise<GraphWindow> =>
    windowOf(query, query.to === undefined ? endOfData(await reader.ranges(), query, now()) : now());

  app.get<{ Querystring: GraphQuery }>('/api/graph', { schema: { querystring: QUERIES.graph } }, async ({ query }, reply) => {
    const window = await completed(query);
    const [edges, nodes, loss] = await Promise.all([reader.edges(window), reader.nodes(window), reader.loss(window)]);
    const graph = callGraph(edges, nodes);
    const { format = 'json' } = query;
    if (format === 'json') return graphJson(graph, window, loss);
    const { contentType, write } = GRAPH_EXPORTERS[format];
    return reply.type(contentType).header('content-disposition', `attachment; filename="call-graph.${format}"`).send(write(graph));
  });

  app.get<{ Querystring: HistogramQuery }>('/api/histogram', { schema: { querystring: QUERIES.histogram } }, async ({ query }) => {
    const edge = edgeOf(query);
    const window = await completed(query);
    return { ...window, ...edge, buckets: await reader.histogram(window, edge) };
  });

  app.get<{ Querystring: TimelineQuery }>('/api/timeline', { schema: { querystring: QUERIES.timeline } }, async ({ query }) => {
    const edge = edgeOf(query);
    const window = await completed(query);
    const step = stepOf(query, window);
    return { ...window, ...edge, step_us: step, steps: await reader.timeline(window, step, edge) };
  });

  app.get<{ Querystring: TracesQuery }>('/api/traces', { schema: { querystring: QUERIES.traces } }, async ({ query }) => {
    const edge = edgeOf(query);
    const window = await completed(query);
    const { order = 'slowest', limit = USUAL_TRACES, root = null } = query;
    return { ...window, ...edge, order, traces: await reader.traces(window, { order, limit, edge, root }) };
  });

  app.get<{ Params: TraceParams; Querystring: TraceQuery }>(
    '/api/trace/:id',
    { schema: { params: PARAMS.trace, querystring: QUERIES.trace } },
    async ({ params: { id }, query: { tenant = DEFAULT_TENANT, run = LIVE_RUN } }, reply) => {
      const spans = await reader.trace(id.toLowerCase(), tenant, run);
      if (spans.length > 0) return { trace_id: id.toLowerCase(), tenant, run, spans };
      const { statusCode, code, message } = problems.noTrace(id, tenant, run);
      return reply.code(statusCode).send({ statusCode, error: code, message });
    },
  );

  app.get('/api/range', { schema: { querystring: QUERIES.none } }, async () => ({ now: now(), ranges: await reader.ranges() }));
};

const endOfData = (ranges: readonly RangeRow[], query: HistogramQuery, now: Micros): Micros => {
  const mine = ranges.find(({ tenant, run }) => tenant === (query.tenant ?? DEFAULT_TENANT) && run === (query.run ?? LIVE_RUN));
  return micros(Math.min(now, mine === undefined ? now : mine.to + 1));
};
