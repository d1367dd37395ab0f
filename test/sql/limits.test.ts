import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../sql/database.ts';
import { query } from '../../sql/read/query.ts';
import { SetupError } from '../../sql/server/setup-error.ts';
import { testDatabase } from './server.ts';

/** Takes a processor for longer than anyone waits, and no memory. */
const ENDLESS = 'SELECT sum(rnd_double()) FROM long_sequence(100000000000)';
let database: Database;
beforeAll(async () => { database = await testDatabase(); });

const refused = async (statement: string, timeoutMs: number): Promise<unknown> => {
  try {
    return await query(database, statement, [], { asAnalyst: true, timeoutMs });
  } catch (error) {
    return error;
  }
};

describe('a statement that would read everything', () => {
  test('is stopped in time, and its sender told what to do', async () => {
    const error = await refused(ENDLESS, 300);
    expect(error).toBeInstanceOf(SetupError);
    expect(error).toMatchObject({ found: 'the statement was stopped after 300 ms: it reads too much at once', todo: expect.stringMatching(/DECLARE @from .*edge_1h/) });
  });

  test('may take half of the memory of the machine and a minute at most, whoever asks and however', async () => {
    expect((await query(database, 'SELECT 1 AS one', [], { asAnalyst: true })).rows).toEqual([{ one: 1 }]);
    const { rows } = await query(database, `SELECT property_path AS name, value FROM (SHOW PARAMETERS) WHERE property_path IN ('ram.usage.limit.percent', 'query.timeout', 'cairo.sql.jit.mode') ORDER BY name`);
    expect(rows).toEqual([{ name: 'cairo.sql.jit.mode', value: 'scalar' }, { name: 'query.timeout', value: '60s' }, { name: 'ram.usage.limit.percent', value: '50' }]);
  });

  test('is stopped over HTTP too, where the header says when', async () => {
    const answer = await fetch(`${database.http}/exec?query=${encodeURIComponent(ENDLESS)}`, {
      headers: { 'Statement-Timeout': '300', authorization: `Basic ${Buffer.from(`${database.httpUser}:${database.httpPassword}`).toString('base64')}` },
    });
    expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/timeout, query aborted .*timeout=300ms/) });
  });

  test('of a statement that is merely wrong the server\'s own words are kept', async () => {
    await expect(query(database, 'SELECT nothing FROM spans')).rejects.toThrow(/Invalid column: nothing/);
  });
});
