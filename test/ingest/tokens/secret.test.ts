import { expect, test } from 'vitest';
import { isSecretName, isSecretValue } from '../../../ingest/tokens/secret.ts';
import { bytesOf } from './read.ts';

const KEY = 'aB3'.repeat(8);

test.each<[situation: string, value: string, secret: boolean]>([
  ['a JWT', 'eyJhbGciOi.eyJzdWIi.x', true],
  ['bearer credentials', 'Bearer 0123456789', true],
  ['basic credentials, in capitals', 'BASIC dXNlcjpwYXNz', true],
  ['a PEM block', '-----BEGIN KEY-----', true],
  ['a key of a known service', 'ghp_0123456789', true],
  ['another', 'AKIAIOSFODNN7EXAMPLE', true],
  ['letters of both cases and digits, 24 of them', KEY, true],
  ['one less', KEY.slice(1), false],
  ['the same with a blank', `${KEY} ${KEY}`, false],
  ['base64 with its signs', 'aB3/aB3+aB3=aB3_aB3-aB3~', true],
  ['a card number', '4111111111111111', true],
  ['with blanks', '4111 1111 1111 1111', true],
  ['with hyphens', '4111-1111-1111-1111', true],
  ['with another last digit', '4111111111111112', false],
  ['with two blanks together', '4111  1111 1111 1111', false],
  ['with a blank behind it', '4111111111111111 ', false],
  ['of twenty digits', '41111111111111111113', false],
  ['a UUID', '0b6e3a52-8a8f-4a3c-9d1e-3b3c7d2a9f10', false],
  ['a UUID in capitals', '0B6E3A52-8A8F-4A3C-9D1E-3B3C7D2A9F10', false],
  ['hex', 'deadbeefdeadbeefdeadbeef', false],
  ['a name', 'Besançon et ses environs', false],
  ['a time', '2026-11-24T17:45:20Z', false],
  ['an id of a known service\'s letters', 'ghost-writer-17', false],
])('the value is %s', (_, value, secret) => {
  const bytes = bytesOf(`"${value}"`);
  expect(isSecretValue(bytes, 1, bytes.length - 1)).toBe(secret);
});

test.each([
  ['password', true], ['new_passwd', true], ['access_token', true], ['X-Api-Key', true], ['sessionId', true], ['cardNumber', true], ['pin', true],
  ['pinCode', false], ['opinion', false], ['user', false], ['id', false], ['pass', false],
])('the name %s is one of a secret: %s', (name, secret) => {
  expect(isSecretName(name)).toBe(secret);
});
