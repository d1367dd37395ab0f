import { expect, test } from 'vitest';
import { networkName, networkOf } from '../../../ingest/decode/network.ts';

test.each([
  { network: 0, name: '' },
  { network: networkOf('vlan', 7), name: 'vlan:7' },
  { network: networkOf('vxlan', 42), name: 'vxlan:42' },
  { network: networkOf('geneve', 0), name: 'geneve:0' },
  { network: networkOf('gre', 0xffffffff), name: 'gre:4294967295' },
  { network: 99 * 2 ** 32, name: '' },
])('$network is "$name"', ({ network, name }) => {
  expect(networkName(network)).toBe(name);
});
