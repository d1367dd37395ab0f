import { ReaderError } from '../graph/reader.ts';

/** What a client is told when it gets no answer. */
export interface Problem {
  readonly statusCode: number;
  /** Stable, for programs. */
  readonly code: string;
  /** For people: what was found, what is allowed, what to do. */
  readonly message: string;
}

/** All answers that are not one, by code. */
export const problems = {
  badQuery: (found: string): Problem => ({ statusCode: 400, code: 'BAD_QUERY', message: found }),
  unauthorized: (): Problem => ({
    statusCode: 401, code: 'UNAUTHORIZED',
    message: 'This endpoint wants the header `Authorization: Bearer TOKEN` with the token that it was started with.',
  }),
  tokenless: (): Problem => ({
    statusCode: 401, code: 'UNAUTHORIZED',
    message: 'Inference is only asked for with a token, and this endpoint was started without one: start it with --token, or insert a row into inference_requests as the user that may write.',
  }),
  noRequests: (): Problem => ({
    statusCode: 503, code: 'NO_REQUESTS',
    message: 'This endpoint was started without a door to inference_requests: insert a row there as the user that may write.',
  }),
  noRequest: (id: string): Problem => ({
    statusCode: 404, code: 'NO_REQUEST', message: `There is no request ${id}. SELECT * FROM inference_requests lists what there is.`,
  }),
  foreignHost: (host: string): Problem => ({
    statusCode: 403, code: 'FOREIGN_HOST',
    message: `The request was sent to host "${host}". Without a token only this machine's own names are served: open http://127.0.0.1 with the same port, or start with a token.`,
  }),
  noRoute: (method: string, path: string): Problem => ({
    statusCode: 404, code: 'NO_ROUTE',
    message: `There is no ${method} ${path}. There are GET /api/graph, /api/histogram, /api/timeline, /api/traces, /api/trace/:id, /api/range, POST /api/inference, GET /api/inference/:id, /healthz and /metrics.`,
  }),
  noTrace: (id: string, tenant: string, run: string): Problem => ({
    statusCode: 404, code: 'NO_TRACE',
    message: `Tenant "${tenant}" has no trace ${id} in run "${run}". It may have passed its retention; /api/traces lists what there is.`,
  }),
  databaseAway: (): Problem => ({
    statusCode: 503, code: 'DATABASE_AWAY',
    message: 'The database does not answer. Check that QuestDB runs and that this service was given its address and password; the request can then be sent again.',
  }),
  databaseSlow: (): Problem => ({
    statusCode: 503, code: 'DATABASE_SLOW',
    message: 'The database did not answer in the time allowed. Ask for a shorter window, or again when it is less busy.',
  }),
  databaseSchema: (): Problem => ({
    statusCode: 503, code: 'DATABASE_SCHEMA',
    message: 'The database refused the query, as when its tables and views are not those of this program. Run `tapgraph migrate`; the log of this service has the details.',
  }),
  fault: (): Problem => ({
    statusCode: 500, code: 'FAULT',
    message: 'This should not have happened; the log of this service says more.',
  }),
} as const;

/** The problem behind an error thrown while answering; anything not foreseen is a fault of ours. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof ReaderError) {
    switch (error.kind) {
      case 'away': return problems.databaseAway();
      case 'slow': return problems.databaseSlow();
      case 'schema': return problems.databaseSchema();
    }
  }
  return problems.fault();
};
