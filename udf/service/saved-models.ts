import type { Count } from '../../sql/counters.ts';
import type { Reader } from '../../sql/read/query.ts';

/** Layout of what `Inference.save` writes; rows of another one are left alone. */
export const MODEL_VERSION = 1;

export const modelKey = (tenant: string, instance: string): string => `${tenant} ${instance}`;

/** The newest saved model of each instance, by `modelKey`. */
export const savedModels = async (db: Reader, algorithm: string, count: Count): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await db.query(
    `SELECT tenant, instance, model FROM (SELECT * FROM inference_models WHERE algorithm = $1 AND version = ${MODEL_VERSION}) LATEST ON ts PARTITION BY tenant, instance`,
    [algorithm]);
  count('models_loaded', rows.length);
  return new Map(rows.map(({ tenant, instance, model }) => [modelKey(String(tenant), String(instance)), String(model)]));
};
