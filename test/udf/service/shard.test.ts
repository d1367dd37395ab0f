import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownsTenant, shardName } from '../../../udf/service/shard.ts';

test('every tenant has exactly one shard', () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 1, max: 16 }), (tenant, of) => {
    const owners = Array.from({ length: of }, (_, n) => ownsTenant({ index: n + 1, of }, tenant)).filter(Boolean);
    expect(owners).toHaveLength(1);
  }));
});

test('tenants spread over the shards', () => {
  const owned = [1, 2, 3, 4].map((index) => Array.from({ length: 400 }, (_, n) => `tenant-${n}`).filter((tenant) => ownsTenant({ index, of: 4 }, tenant)).length);
  expect(Math.min(...owned)).toBeGreaterThan(60);
});

test('without a shard every tenant is owned', () => { expect(ownsTenant(undefined, 'any')).toBe(true); });
test('a shard has a name', () => { expect(shardName({ index: 2, of: 3 })).toBe('(shard 2/3)'); });
