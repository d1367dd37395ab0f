/** One of several inferences that share the tenants of a database among them. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** FNV-1a, 32 bits: every process has to come to the same shard. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
};

/** Whether a tenant is a shard's; without a shard every tenant is. */
export const ownsTenant = (shard: Shard | undefined, tenant: string): boolean => shard === undefined || hash(tenant) % shard.of === shard.index - 1;

/** What stands as the tenant of a sharded run in `inference_runs`. */
export const shardName = ({ index, of }: Shard): string => `(shard ${index}/${of})`;
