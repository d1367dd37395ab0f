import { createHmac } from 'node:crypto';
import type { PipelineOptions } from '../ingest/pipeline.ts';
import type { Counters } from '../sql/counters.ts';
import { loadNames } from './names-file.ts';

/** What makes the line of a capture, as plain data that a thread can be handed. */
export interface LineOptions extends Pick<PipelineOptions, 'tenant' | 'tap' | 'keepTargets' | 'ageUs' | 'mostFlows' | 'mostHeldBytes' | 'hosts' | 'streams' | 'anyTime'> {
  /** Secret key of the hashes made of tracing headers and of values. */
  readonly salt: string;
  /** Read the values that flow as well, hashed with a key made of the salt. */
  readonly tokens: boolean;
  /** Names file, which may choose tenants. */
  readonly names?: string;
}

/** 128 bits: enough that two ids never meet. */
const DIGEST_DIGITS = 32;

const tokenKeyOf = (salt: string): readonly [number, number] => {
  const made = createHmac('sha256', salt).update('tokens').digest();
  return [made.readInt32LE(0), made.readInt32LE(4)];
};

/** Reads the names file, if there is one; throws what is wrong in it. */
export const pipelineOptions = ({ salt, tokens, names: file, ...plain }: LineOptions, counters: Counters): PipelineOptions => {
  const names = file === undefined ? null : loadNames(file);
  return {
    ...plain,
    counters,
    digest: (id) => createHmac('sha256', salt).update(id).digest('hex').slice(0, DIGEST_DIGITS),
    ...(tokens && { tokenKey: tokenKeyOf(salt) }),
    ...(names && { tenantOf: (ip: string, port: number) => names.tenantOf(ip, port) ?? plain.tenant }),
  };
};
