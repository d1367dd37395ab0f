import type { Database } from '../database.ts';
import { NotTaken, sender } from './transport.ts';

/** What became of one request: all its rows are committed; one line (from 1) was refused and so none is in; or nobody knows. */
export type Verdict =
  | { readonly kind: 'committed' }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string }
  | { readonly kind: 'doubt'; readonly reason: string };

export type Post = (body: Buffer) => Promise<Verdict>;

/** A table, column or right that is missing is no fault of the line it was noticed at: nothing would be gained by taking lines out. */
const NOT_THE_LINES_FAULT = /does not exist|is disabled|not accepting|permission|denied|suspended/i;

/** Sends line protocol over connections that stay open; one attempt a call, and never rejects. */
export const poster = (database: Database): Post => {
  const send = sender(database);
  const { host } = new URL(database.http);
  return async (body) => {
    try {
      await send(body);
      return { kind: 'committed' };
    } catch (error) {
      if (error instanceof NotTaken && error.status !== null) return verdictOf(error.status, error.message, host);
      return { kind: 'doubt', reason: error instanceof Error ? error.message : String(error) };
    }
  };
};

const verdictOf = (status: number, text: string, host: string): Verdict => {
  if (status === 401 || status === 403) return { kind: 'doubt', reason: `QuestDB at ${host} refuses the login (HTTP ${status})` };
  const line = /"line":(\d+)/.exec(text)?.[1];
  const said = /error in line \d+: ([^"]*)/.exec(text)?.[1] ?? /"message":"([^"]*)"/.exec(text)?.[1] ?? null;
  if (said === null) return { kind: 'doubt', reason: `HTTP ${status} from ${host}, which is not what QuestDB answers: ${text.slice(0, 80).replace(/\s+/g, ' ')}` };
  if (status !== 400 || line === undefined || NOT_THE_LINES_FAULT.test(said)) return { kind: 'doubt', reason: said };
  return { kind: 'refused', line: Number(line), reason: said };
};
