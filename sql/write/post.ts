import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Database } from '../database.ts';

/** What became of one request: all its rows are committed; one line (from 1) was refused and so none is in; or nobody knows. */
export type Verdict =
  | { readonly kind: 'committed' }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string }
  | { readonly kind: 'doubt'; readonly reason: string };

export type Post = (body: Buffer) => Promise<Verdict>;

/** One attempt may take this long, and a body's bytes at the least rate more: a large window, which is one commit, takes its time. */
const ATTEMPT_MS = 20_000;
const LEAST_BYTES_A_MS = 500;
/** Of an answer that is no acknowledgement; QuestDB's are shorter. */
const MOST_ANSWER_BYTES = 65_536;

/** A table, column or right that is missing is no fault of the line it was noticed at: nothing would be gained by taking lines out. */
const NOT_THE_LINES_FAULT = /does not exist|is disabled|not accepting|permission|denied|suspended/i;

/**
 * Sends line protocol over connections that stay open; one attempt a call, and never rejects. The client's own transport is not used: while
 * nobody listens it tries again by itself past any time it is given (2 minutes and more), so that nothing could be said or counted meanwhile.
 */
export const poster = ({ http: address, httpUser, httpPassword }: Database): Post => {
  const url = new URL(`${address}/write?precision=n`);
  const module = url.protocol === 'https:' ? https : http;
  const agent = new module.Agent({ keepAlive: true });
  const auth = httpUser === null ? {} : { auth: `${httpUser}:${httpPassword ?? ''}` };
  return (body) => new Promise((resolve) => {
    const request: ClientRequest = module.request(url, { method: 'POST', agent, ...auth, headers: { 'content-length': body.length } }, (response) => {
      void answerTo(response, url.host).then(settle);
    });
    const most = ATTEMPT_MS + body.length / LEAST_BYTES_A_MS;
    const deadline = setTimeout(() => { request.destroy(new Error(`no answer from ${url.host} within ${Math.round(most / 1000)} s`)); }, most);
    const settle = (verdict: Verdict): void => {
      clearTimeout(deadline);
      resolve(verdict);
    };
    request.on('error', (error) => { settle({ kind: 'doubt', reason: reasonOf(error) }); });
    request.end(body);
  });
};

const answerTo = async (response: IncomingMessage, host: string): Promise<Verdict> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response) {
      if (bytes < MOST_ANSWER_BYTES) parts.push(part as Buffer);
      bytes += (part as Buffer).length;
    }
  } catch (error) {
    return { kind: 'doubt', reason: reasonOf(error) };
  }
  return verdictOf(response.statusCode ?? 0, Buffer.concat(parts).toString(), host);
};

/** A refused connection to a name with several addresses has its words in a code only. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
};

const verdictOf = (status: number, text: string, host: string): Verdict => {
  if (status === 204) return { kind: 'committed' };
  if (status === 401 || status === 403) return { kind: 'doubt', reason: `QuestDB at ${host} refuses the login (HTTP ${status})` };
  const line = /"line":(\d+)/.exec(text)?.[1];
  const said = /error in line \d+: ([^"]*)/.exec(text)?.[1] ?? /"message":"([^"]*)"/.exec(text)?.[1] ?? null;
  if (said === null) return { kind: 'doubt', reason: `HTTP ${status} from ${host}, which is not what QuestDB answers: ${text.slice(0, 80).replace(/\s+/g, ' ')}` };
  if (status !== 400 || line === undefined || NOT_THE_LINES_FAULT.test(said)) return { kind: 'doubt', reason: said };
  return { kind: 'refused', line: Number(line), reason: said };
};
