import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { attachDatabase } from '../../../sql/server/attach.ts';
import { SetupError } from '../../../sql/server/setup-error.ts';

test.each([
  { situation: 'a port that is none', url: 'http://admin:s3cret@host:9000x', says: /"http:\/\/…@host:9000x" is not the address/ },
  { situation: 'another scheme', url: 'postgres://admin:s3cret@host:8812', says: /"postgres:\/\/…@host:8812" starts with postgres:/ },
  { situation: 'no scheme, and a space in the host', url: 'admin:s3cret@my host:9000', says: /"…@my host:9000" is not the address/ },
  { situation: 'an @ and a slash in the password', url: 'ftp://admin:a@/s3cret@host', says: /"ftp:\/\/…@host"/ },
  { situation: 'one slash too few', url: 'http:/admin:s3cret@host:9000x', says: /no QuestDB answers at http:\/\/http |is not the address/ },
  { situation: 'settings of a client, mistyped', url: 'http:addr=host:9000;username=admin;password=s3cret;', says: /is not the address|starts with/ },
  { situation: 'a login as parameters', url: 'postgres://host/?user=admin&password=s3cret', says: /"postgres:\/\/host\/…" starts with/ },
])('an address that is wrong is told without its password: $situation', async ({ url, says }) => {
  const error = await attachDatabase(url).then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(SetupError);
  expect(String(error)).toMatch(says);
  expect(inspect(error)).not.toContain('s3cret');
});
