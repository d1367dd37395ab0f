import { readFileSync } from 'node:fs';
import type { SenderOptions } from '@questdb/nodejs-client';
import type { Agent, Dispatcher } from 'undici';
import type { Database } from '../database.ts';

/** One attempt came to its end without an acknowledgement; the message is the server's answer, or why there was none. */
export class NotTaken extends Error {
  /** A code that the client does not ask again at. */
  readonly code = 'NOT_TAKEN';
  /** HTTP status of the answer; null = there was none. */
  readonly status: number | null;
  constructor(said: string, status: number | null, options?: ErrorOptions) {
    super(said, options);
    this.name = 'NotTaken';
    this.status = status;
  }
}

/** Sends a body; rejects with `NotTaken`, or with the client's own error when the time is over. */
export type Send = (body: Buffer) => Promise<unknown>;

/** One attempt may take this long, and a body's bytes at the least rate more: a large window, which is one commit, takes its time. */
const ATTEMPT_MS = 20_000;
const LEAST_BYTES_A_SECOND = 500_000;
/** QuestDB closes a connection that is silent for five minutes. */
const IDLE_MS = 60_000;
/** Of an answer that is no acknowledgement; QuestDB's are shorter. */
const MOST_ANSWER_BYTES = 65_536;
const NO_CONTENT = 204;

/**
 * The transport of the official client, made from its configuration string. Packages are loaded at the first body: they take 90 ms,
 * which commands that write nothing need not spend.
 */
export const sender = (database: Database): Send => {
  let loading: Promise<Send> | null = null;
  return async (body) => (await (loading ??= load(database)))(body);
};

const load = async ({ http, httpUser, httpPassword, client = '' }: Database): Promise<Send> => {
  const [official, undici] = await Promise.all([import('@questdb/nodejs-client'), import('undici')]);
  const { protocol, hostname, port } = new URL(http);
  const secure = protocol === 'https:';
  const settings = new official.SenderOptions(`${secure ? 'https' : 'http'}::addr=localhost;protocol_version=1;${client}`);
  const agent = new undici.Agent({
    keepAliveTimeout: IDLE_MS,
    connect: { rejectUnauthorized: settings.tls_verify ?? true, ...(settings.tls_ca !== undefined && { ca: readFileSync(settings.tls_ca) }) },
  }).compose(oneAttempt);
  return (body) => {
    const ms = (settings.request_timeout ?? ATTEMPT_MS) + Math.ceil(body.length / (settings.request_min_throughput ?? LEAST_BYTES_A_SECOND) * 1000);
    const options: SenderOptions = Object.assign(Object.create(official.SenderOptions.prototype), settings, {
      // Not written into the text: it cannot hold an IPv6 address.
      host: hostname, port: Number(port) || (secure ? 443 : 80),
      ...(httpUser !== null && { username: httpUser }), ...(httpPassword !== null && { password: httpPassword }),
      request_timeout: ms, retry_timeout: ms, agent: agent as Agent, log: () => undefined,
    });
    return official.createTransport(options).send(body);
  };
};

/**
 * Makes an attempt end. By itself the client asks again every few ms while nobody listens, past any time it is given (measured in the
 * README), so that nothing could be said or counted before an outage is over; and of an answer ≥ 500 it does not tell the text.
 */
const oneAttempt = (dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch => (options, handler) => {
  let status = 0;
  let answer: Buffer[] = [];
  let bytes = 0;
  return dispatch(options, {
    onRequestStart: (controller, context) => { handler.onRequestStart?.(controller, context); },
    onResponseStart: (controller, code, headers, text) => {
      status = code;
      answer = [];
      bytes = 0;
      if (code === NO_CONTENT) handler.onResponseStart?.(controller, code, headers, text);
    },
    onResponseData: (controller, part) => {
      if (status === NO_CONTENT) handler.onResponseData?.(controller, part);
      else if (bytes < MOST_ANSWER_BYTES) answer.push(part);
      bytes += part.length;
    },
    onResponseEnd: (controller, trailers) => {
      if (status === NO_CONTENT) handler.onResponseEnd?.(controller, trailers);
      else handler.onResponseError?.(controller, new NotTaken(Buffer.concat(answer).toString(), status));
    },
    onResponseError: (controller, error) => {
      handler.onResponseError?.(controller, error.name === 'AbortError' ? error : new NotTaken(reasonOf(error), null, { cause: error }));
    },
  });
};

/** A refused connection to a name with several addresses has its words in a code only. */
const reasonOf = (error: Error): string => (error.message === '' && 'code' in error ? String(error.code) : error.message);
