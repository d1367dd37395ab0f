import type { Count } from '../../sql/counters.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import { visible } from '../../sql/read/progress.ts';
import type { Reader } from '../../sql/read/query.ts';
import type { Known, Saved } from '../infer/algorithm.ts';

/** Layout of what `Inference.save` writes; rows of another one are left alone. */
export const MODEL_VERSION = 2;

/** Which of the saved models are asked for. */
export interface ModelRange {
  /** Windows from here on … */
  readonly from: Micros;
  /** … up to here go by models saved for them. */
  readonly to: Micros;
  /** Up to here nothing is learnt again. */
  readonly until: Micros;
}

/** What was saved of each instance that windows of a range go by. */
export const savedModels = async (db: Reader, algorithm: string, { from, to, until }: ModelRange, count: Count): Promise<(tenant: string, instance: string) => Known | undefined> => {
  await visible(db, 'inference_models');
  const versions = `SELECT ts::long AS ts, tenant, instance, model FROM inference_models WHERE algorithm = $1 AND version = ${MODEL_VERSION}`;
  const before = await db.query(
    `SELECT ts::long AS ts, tenant, instance, model FROM (SELECT * FROM inference_models WHERE algorithm = $1 AND version = ${MODEL_VERSION} AND ts <= $2) LATEST ON ts PARTITION BY tenant, instance`,
    [algorithm, from]);
  const within = await db.query(`${versions} AND ts > $2 AND ts < $3 ORDER BY ts`, [algorithm, from, to]);
  const rows = [...before.rows, ...within.rows];
  const saved = new Map<string, Saved[]>();
  const keyOf = (tenant: string, instance: string): string => `${tenant} ${instance}`;
  for (const { ts, tenant, instance, model } of rows) {
    const key = keyOf(String(tenant), String(instance));
    const known = saved.get(key) ?? [];
    saved.set(key, known);
    known.push({ from: micros(Number(ts)), text: String(model) });
  }
  count('models_loaded', rows.length);
  return (tenant, instance) => {
    const known = saved.get(keyOf(tenant, instance));
    return known === undefined ? undefined : { saved: known, until };
  };
};
