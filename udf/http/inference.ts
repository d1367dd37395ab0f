import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Value } from '../../sql/read/query.ts';
import { ALGORITHMS, algorithmNamed } from '../infer/registry.ts';
import { checkRequest, type Request } from '../service/request.ts';
import { problems } from './errors.ts';
import { BODIES, PARAMS, QueryError, type InferenceBody, type TraceParams } from './query.ts';

/** Where requests for inference are kept. */
export interface RequestDoor {
  ask(id: string, request: Request): Promise<void>;
  /** The row of a request; null = there is none. */
  look(id: string): Promise<Readonly<Record<string, Value>> | null>;
}

const problem = ({ statusCode, code, message }: ReturnType<typeof problems.unauthorized>) => ({ statusCode, error: code, message });

/** POST /api/inference asks for a stretch to be inferred again, GET /api/inference/ID tells what has become of it; only with a token. */
export const addInference = (app: FastifyInstance, door: RequestDoor | null, hasToken: boolean): void => {
  const refusal = hasToken ? door === null ? problems.noRequests() : null : problems.tokenless();
  app.post<{ Body: InferenceBody }>('/api/inference', { schema: { body: BODIES.inference } }, async ({ body }, reply) => {
    if (refusal !== null || door === null) return reply.code(refusal?.statusCode ?? 503).send(problem(refusal ?? problems.noRequests()));
    const { algorithm, run, tenant, from, to, minConfidence, evidence } = body;
    if (algorithm !== undefined && algorithmNamed(algorithm) === null) {
      throw new QueryError(`Parameter "algorithm" is ${JSON.stringify(algorithm)}; allowed is one of ${Object.keys(ALGORITHMS).join(', ')}.`);
    }
    const checked = checkRequest({
      algorithm: algorithm ?? null, run: run ?? null, tenant: tenant ?? null, from_ts: from ?? null, to_ts: to ?? null, min_confidence: minConfidence ?? null, evidence: evidence ?? null,
    });
    if (checked.kind === 'bad') throw new QueryError(checked.problem);
    const id = randomUUID();
    await door.ask(id, checked.request);
    return reply.code(202).header('location', `/api/inference/${id}`).send({ request_id: id, state: 'asked' });
  });
  app.get<{ Params: TraceParams }>('/api/inference/:id', { schema: { params: PARAMS.trace } }, async ({ params: { id } }, reply) => {
    if (refusal !== null || door === null) return reply.code(refusal?.statusCode ?? 503).send(problem(refusal ?? problems.noRequests()));
    const row = await door.look(id.toLowerCase());
    return row ?? reply.code(404).send(problem(problems.noRequest(id)));
  });
};
