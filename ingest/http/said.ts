import { PLACES } from './known-heads.ts';
import type { Said } from './message.ts';

/** What a head says, one object for those that say the same as long as it is kept. */
export interface SaidHeads {
  request(protocol: string, method: string | null, target: string | null, host: string | null): Said;
  response(protocol: string, status: number): Said;
}

const MOST_TARGETS = 4096;
const LONGEST_TARGET = 256;

/**
 * For parsers that have a head's texts and not its bytes: the last request of each target is kept, for callers repeat themselves.
 * Their slots begin behind those of known heads. Strings that come from one `textCache` compare by their place in memory.
 */
export const saidHeads = (): SaidHeads => {
  const requests = new Map<string, Said>();
  const responses = new Map<string, (Said | undefined)[]>();
  return {
    request: (protocol, method, target, host) => {
      const key = target ?? '';
      const kept = requests.get(key);
      if (kept !== undefined && kept.method === method && kept.host === host && kept.protocol === protocol && kept.target === target) return kept;
      const short = key.length <= LONGEST_TARGET;
      if (short && kept === undefined && requests.size >= MOST_TARGETS) requests.clear();
      const said: Said = { slot: short ? kept?.slot ?? PLACES + requests.size : -1, protocol, method, target, host, status: 0 };
      if (short) requests.set(key, said);
      return said;
    },
    response: (protocol, status) => {
      const of = responses.get(protocol) ?? [];
      if (of.length === 0) responses.set(protocol, of);
      const kept = of[status];
      if (kept !== undefined) return kept;
      const said: Said = { slot: -1, protocol, method: null, target: null, host: null, status };
      if (status < 1000) of[status] = said;
      return said;
    },
  };
};
