import { createTransport, SenderOptions } from '@questdb/nodejs-client';
import type { Database } from '../database.ts';

/** What became of one request: all its rows are committed; one line (from 1) was refused and so none is in; or nobody knows. */
export type Verdict =
  | { readonly kind: 'committed' }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string }
  | { readonly kind: 'doubt'; readonly reason: string };

export type Post = (body: Buffer) => Promise<Verdict>;

/** One attempt, the client's own retries included, may take this long; a large window, which is one commit, longer. */
const ATTEMPT_MS = 15_000;
const LARGE_ATTEMPT_MS = 180_000;
const LARGE_BYTES = 8_000_000;
/** The client adds body bytes / this rate to its deadline, so that a large window may take its time. */
const LEAST_BYTES_PER_S = 1_000_000;

/** A table, column or right that is missing is no fault of the line it was noticed at: nothing would be gained by taking lines out. */
const NOT_THE_LINES_FAULT = /does not exist|is disabled|not accepting|permission|denied|suspended/i;

/** Sends line protocol through the official client's transport; never rejects. */
export const poster = ({ http, httpUser, httpPassword }: Database): Post => {
  const url = new URL(http);
  const login = httpUser === null ? '' : `username=${escaped(httpUser)};password=${escaped(httpPassword ?? '')};`;
  const host = `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`;
  const transport = (ms: number) => createTransport(new SenderOptions(
    `${url.protocol.slice(0, -1)}::addr=${host};${login}protocol_version=1;auto_flush=off;retry_timeout=${ms};request_timeout=${ms};request_min_throughput=${LEAST_BYTES_PER_S};`,
    { log: () => undefined },
  ));
  const usual = transport(ATTEMPT_MS);
  const patient = transport(LARGE_ATTEMPT_MS);
  return async (body) => {
    try {
      await (body.length > LARGE_BYTES ? patient : usual).send(body);
      return { kind: 'committed' };
    } catch (error) {
      return verdictOf(error);
    }
  };
};

const escaped = (text: string): string => text.replaceAll(';', ';;');

/** The client reports a refusal only in its message: `statusCode=400, error={"message":…,"line":n}`. */
const verdictOf = (error: unknown): Verdict => {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text === '' && error instanceof Error && 'code' in error ? String(error.code) : text;
  const [, status, body] = /statusCode=(\d+), error=([\s\S]*)$/.exec(text) ?? [];
  if (status !== '400' || body === undefined) return { kind: 'doubt', reason };
  const line = /"line":(\d+)/.exec(body)?.[1];
  const said = /error in line \d+: ([^"]*)/.exec(body)?.[1] ?? body;
  if (line === undefined || NOT_THE_LINES_FAULT.test(said)) return { kind: 'doubt', reason: said };
  return { kind: 'refused', line: Number(line), reason: said };
};
