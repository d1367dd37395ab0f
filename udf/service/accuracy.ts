import type { Reader } from '../../sql/read/query.ts';

/** Calls of the live run's last hour of packet time that headers decided: checked, agreed, and expected to agree; null where the database does not answer. */
export const liveAccuracy = async (db: Reader): Promise<{ readonly checked: number; readonly agreed: number; readonly expected: number } | null> => {
  try {
    const { rows } = await db.query(`SELECT sum(checked) AS checked, sum(agreed) AS agreed, sum(expected) AS expected FROM inference_accuracy
      WHERE ts >= (SELECT dateadd('h', -1, ts) FROM inference_accuracy LIMIT -1) AND run = 'live'`);
    return { checked: Number(rows[0]?.['checked'] ?? 0), agreed: Number(rows[0]?.['agreed'] ?? 0), expected: Number(rows[0]?.['expected'] ?? 0) };
  } catch {
    // What is wrong with the database, the other routes and /healthz say; a scrape must not fail for it.
    return null;
  }
};
