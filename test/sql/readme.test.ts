import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reader, type Reader } from '../../sql/read/query.ts';
import { testDatabase } from './server.ts';

const README = readFileSync(new URL('../../sql/README.md', import.meta.url), 'utf8');
const questions = README.slice(README.indexOf('| question |'), README.indexOf('- Nothing declared'));
/** What a reader would write for the … of an example. */
const filledIn = (sql: string): string =>
  sql.replaceAll(/(@\w+) := '…'/g, (_, name: string) => `${name} := '${name.startsWith('@before') ? '2025-11-20' : '00000000-0000-0000-0000-000000000000'}'`);
const statements = [...questions.matchAll(/`((?:SELECT|DECLARE) [^`]+)`/g)].map(([, sql = '']) => filledIn(sql));

let db: Reader;
beforeAll(async () => { db = reader(await testDatabase(), { asAnalyst: true }); });
afterAll(() => db.close());

describe('the statements of sql/README.md', () => {
  test('are found', () => { expect(statements.length).toBeGreaterThan(14); });
  test.each(statements)('%s', async (sql) => { expect((await db.query(sql)).columns.length).toBeGreaterThan(0); });
});
