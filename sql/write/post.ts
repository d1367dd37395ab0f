import { createTransport, SenderOptions } from '@questdb/nodejs-client';
import type { Database } from '../database.ts';

/** What became of one request: all its rows are committed; one line (from 1) was refused and so none is in; or nobody knows. */
export type Verdict =
  | { readonly kind: 'committed' }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string }
  | { readonly kind: 'doubt'; readonly reason: string };

export type Post = (body: Buffer) => Promise<Verdict>;

/** The server may take this long for one request, its own retries included. */
const REQUEST_MS = 60_000;
/** The client adds body bytes / this rate to its deadline, so that a large window may take its time. */
const LEAST_BYTES_PER_S = 1_000_000;

/** A table, column or right that is missing is no fault of the line it was noticed at: nothing would be gained by taking lines out. */
const NOT_THE_LINES_FAULT = /does not exist|is disabled|not accepting|permission|denied|suspended/i;

/** Sends line protocol through the official client's transport; never rejects. */
export const poster = ({ http, httpUser, httpPassword }: Database): Post => {
  const url = new URL(http);
  const login = httpUser === null ? '' : `username=${escaped(httpUser)};password=${escaped(httpPassword ?? '')};`;
  const host = `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`;
  const options = new SenderOptions(
    `${url.protocol.slice(0, -1)}::addr=${host};${login}protocol_version=1;auto_flush=off;retry_timeout=${REQUEST_MS};request_timeout=${REQUEST_MS};request_min_throughput=${LEAST_BYTES_PER_S};`,
    { log: () => undefined },
  );
  const transport = createTransport(options);
  return async (body) => {
    try {
      await transport.send(body);
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
