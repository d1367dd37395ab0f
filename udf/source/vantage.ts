import type { Exchange, Vantage } from '../../sql/exchange.ts';

/** Learns on which host each tap sits, where the rows do not say it. */
export interface VantageLearner {
  see(exchange: Exchange): void;
  sideOf(exchange: Exchange): Vantage;
}

const sole = (addresses: ReadonlySet<string>): string | null => {
  const [only] = addresses;
  return addresses.size === 1 && only !== undefined ? only : null;
};

/** Host of each tap: an address that every exchange of the tap has and that no other tap can claim. */
const settle = (common: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, string> => {
  const hosts = new Map<string, string>();
  for (let before = -1; before !== hosts.size;) {
    before = hosts.size;
    const claimed = new Set(hosts.values());
    for (const [tap, addresses] of common) {
      if (hosts.has(tap)) continue;
      const host = sole(addresses) ?? sole(new Set([...addresses].filter((address) => !claimed.has(address))));
      if (host !== null) hosts.set(tap, host);
    }
  }
  return hosts;
};

/**
 * A tap on a host sees only that host's exchanges, so one address is common to all of them. A tap that has met one peer
 * only has two such addresses; it sits on the one where no other tap sits.
 */
export const vantageLearner = (): VantageLearner => {
  const common = new Map<string, Set<string>>();
  let hosts: ReadonlyMap<string, string> = new Map();
  let stale = false;
  return {
    see({ tap, vantage, client_ip, server_ip }) {
      if (vantage !== 'middle') return;
      const known = common.get(tap);
      if (known === undefined) {
        common.set(tap, new Set([client_ip, server_ip]));
        stale = true;
        return;
      }
      for (const address of known) {
        if (address === client_ip || address === server_ip) continue;
        known.delete(address);
        stale = true;
      }
    },
    sideOf({ tap, vantage, client_ip, server_ip }) {
      if (vantage !== 'middle') return vantage;
      if (client_ip === server_ip) return 'middle';
      if (stale) { hosts = settle(common); stale = false; }
      const host = hosts.get(tap);
      if (host === undefined) return 'middle';
      return host === client_ip ? 'client' : host === server_ip ? 'server' : 'middle';
    },
  };
};
