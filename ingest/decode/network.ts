/** Kinds of virtual network; the order is part of no stored data. */
export const NETWORK_KINDS = ['', 'vlan', 'vxlan', 'geneve', 'gre'] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

const ID_VALUES = 2 ** 32;

/** `kind * 2**32 + id`, as `Segment.network` and `Segment.tag` hold it. */
export const networkOf = (kind: Exclude<NetworkKind, ''>, id: number): number => NETWORK_KINDS.indexOf(kind) * ID_VALUES + id;

/** `vxlan:42`; empty where there is none. */
export const networkName = (network: number): string => {
  const kind = NETWORK_KINDS[Math.floor(network / ID_VALUES)];
  return kind ? `${kind}:${network % ID_VALUES}` : '';
};
