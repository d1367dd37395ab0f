import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import type { z } from 'zod';
import { micros } from '../../sql/micros.ts';
import type { GraphReader } from '../graph/reader.ts';
import { addApi } from './api.ts';
import { problemOf, problems, type Problem } from './errors.ts';
import { addInference, type RequestDoor } from './inference.ts';
import { authority, hostName, isLoopback, SECURITY_HEADERS, tokenCheck } from './guard.ts';
import { serverMetrics, type AskAccuracy, type AskTokens } from './metrics.ts';
import { readPage } from './page-files.ts';
import { explainIssue, QueryError } from './query.ts';

export interface GraphServerOptions {
  readonly reader: GraphReader;
  /** Default 127.0.0.1; any other than a loopback address needs a token. */
  readonly host?: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Bearer token that every request but the page's own files and /healthz has to carry. */
  readonly token?: string;
  /** Takes requests for inference, which need the token; null or absent = none are taken. */
  readonly requests?: RequestDoor | null;
  /** Live accuracy where headers tell, for /metrics. */
  readonly accuracy?: AskAccuracy;
  /** What is kept of values that flow, for /metrics. */
  readonly tokens?: AskTokens;
  readonly log: FastifyBaseLogger;
  /** Folder of the built page. */
  readonly pageDir: string;
}

export interface GraphServer {
  readonly url: string;
  /** Answers what has been asked, stops listening and closes the reader. */
  close(): Promise<void>;
}

/** The server was asked to start in a way it refuses; the message says what to change. */
export class GraphServerError extends Error {
  constructor(found: string, options?: ErrorOptions) {
    super(found, options);
    this.name = 'GraphServerError';
  }
}

const SHORTEST_TOKEN = 16;
const REQUEST_TIMEOUT_MS = 30_000;

/** A query that its schema refuses. */
class InvalidQuery extends Error {}

/** Serves the graph API, the page, /healthz and /metrics; resolves when it listens. */
export const graphServer = async (options: GraphServerOptions): Promise<GraphServer> => {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host) && options.token === undefined) {
    throw new GraphServerError(`The graph endpoint would listen on ${host}, where others can reach it, without a token: give it one, or let it listen on 127.0.0.1.`);
  }
  if (options.token !== undefined && !/^\S+$/.test(options.token)) throw new GraphServerError('The token of the graph endpoint is empty or has spaces in it.');
  if (options.token !== undefined && options.token.length < SHORTEST_TOKEN) {
    throw new GraphServerError(`The token of the graph endpoint has ${options.token.length} characters, at least ${SHORTEST_TOKEN} are wanted: \`openssl rand -hex 24\` makes a good one.`);
  }

  const app = Fastify({ loggerInstance: options.log, logController: new LogController({ disableRequestLogging: true }), requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: 'idle' });
  const metrics = serverMetrics(options.accuracy, options.tokens);
  compileQueries(app);
  guard(app, options.token);
  app.addHook('onSend', async (_, reply) => { reply.headers(SECURITY_HEADERS); });
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1_000);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const problem = problems.noRoute(request.method, request.url.split('?', 1)[0] ?? '');
    return reply.code(problem.statusCode).send(bodyOf(problem));
  });
  app.setErrorHandler(async (error, request, reply) => {
    const problem = describe(error);
    if (problem.statusCode >= 500) request.log.error({ err: error, url: request.url }, problem.code);
    if (problem.statusCode === 503) reply.header('retry-after', '5');
    return reply.code(problem.statusCode).send(bodyOf(problem));
  });

  addApi(app, metrics.timed(options.reader), () => micros(Date.now() * 1_000));
  addInference(app, options.requests ?? null, options.token !== undefined);
  app.get('/healthz', { config: { open: true } }, async () => ({ status: 'ok' }));
  app.get('/metrics', async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));
  for (const { path, contentType, etag, bytes } of readPage(options.pageDir)) {
    app.get(path, { config: { open: true } }, async (request, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache' });
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(contentType).send(bytes);
    });
  }
  return { url: await listen(app, host, options.port), close: async () => { await app.close(); await options.reader.close(); } };
};

export interface MetricsServerOptions {
  /** 0 = any free one. */
  readonly port: number;
  /** Asked at each scrape; no name may be in two of them. */
  readonly registries: () => readonly Registry[];
  readonly log: FastifyBaseLogger;
}

/** Serves /metrics and /healthz alone, on the loopback address; resolves when it listens. */
export const metricsServer = async ({ port, registries, log }: MetricsServerOptions): Promise<GraphServer> => {
  const app = Fastify({ loggerInstance: log, logController: new LogController({ disableRequestLogging: true }), requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true });
  guard(app, undefined);
  app.addHook('onSend', async (_, reply) => { reply.headers(SECURITY_HEADERS); });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/metrics', async (_, reply) => {
    const texts = await Promise.all(registries().map((registry) => registry.metrics()));
    return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(texts.join('\n'));
  });
  return { url: await listen(app, '127.0.0.1', port, 'The endpoint for metrics'), close: async () => { await app.close(); } };
};

const bodyOf = ({ statusCode, code, message }: Problem) => ({ statusCode, error: code, message });

const describe = (error: unknown): Problem => {
  if (error instanceof InvalidQuery || error instanceof QueryError) return problems.badQuery(error.message);
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500) {
    return { statusCode: error.statusCode, code: 'BAD_REQUEST', message: error.message };
  }
  return problemOf(error);
};

const compileQueries = (app: FastifyInstance): void => {
  app.setValidatorCompiler<z.ZodObject>(({ schema }) => (data: unknown) => {
    const { success, data: value, error } = schema.safeParse(data);
    return success ? { value } : { error: new InvalidQuery(explainIssue(error, Object.keys(schema.shape))) };
  });
  app.setSchemaErrorFormatter((errors) => new InvalidQuery(errors[0]?.message ?? ''));
};

const guard = (app: FastifyInstance, token: string | undefined): void => {
  const carriesToken = token === undefined ? null : tokenCheck(token);
  app.addHook('onRequest', async (request, reply) => {
    const open = 'open' in request.routeOptions.config;
    if (carriesToken === null) {
      // A page of another site whose name was made to point at this machine must not read the graph (DNS rebinding).
      const name = hostName(request.headers.host ?? '');
      if (!isLoopback(name)) return reply.code(403).send(bodyOf(problems.foreignHost(name)));
    } else if (!open && !carriesToken(request.headers.authorization)) {
      return reply.code(401).header('www-authenticate', 'Bearer').send(bodyOf(problems.unauthorized()));
    }
    return undefined;
  });
};

const listen = async (app: FastifyInstance, host: string, port: number, what = 'The graph endpoint'): Promise<string> => {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    const why = code === 'EADDRINUSE' ? 'is taken by another program: choose another port or stop that program'
      : code === 'EACCES' ? 'is not allowed to this user: choose a port above 1023'
        : code === 'EADDRNOTAVAIL' ? 'is not an address of this machine: choose one that `ip address` shows' : `cannot be bound (${String(code)})`;
    throw new GraphServerError(`${what} cannot start: ${authority(host, port)} ${why}.`, { cause });
  }
  const address = app.server.address();
  return `http://${authority(host, typeof address === 'object' && address !== null ? address.port : port)}`;
};
