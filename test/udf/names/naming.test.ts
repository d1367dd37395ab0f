import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../sql/exchange.ts';
import { NO_NAMES, parseNames } from '../../../sql/names.ts';
import { hostName, namingLearner } from '../../../udf/names/naming.ts';
import { exchange } from '../exchange.ts';

const to = (ip: string, port: number, host: string | null): Exchange => exchange('e', '10.0.0.9', ip, 0, 1, { server_port: port, host });
const learn = (rows: readonly Exchange[], names = NO_NAMES) => {
  const naming = namingLearner(names);
  for (const row of rows) naming.see(row);
  return naming;
};

test.each<[host: string, name: string | null]>([
  ['Shop.Example:8080', 'shop.example'], ['shop.', 'shop'], ['10.0.0.1:80', null], ['[::1]:80', null], ['::1', null], ['localhost:3000', null], ['a.localhost', null], [':80', null],
])('the Host %s names %s', (host, name) => { expect(hostName(host)).toBe(name); });

describe('a service is called', () => {
  test.each<[situation: string, rows: readonly Exchange[], file: string, service: string]>([
    ['by the names file before its Host', [to('10.0.0.1', 80, 'web')], '10.0.0.1 shop', 'shop'],
    ['by its Host', [to('10.0.0.1', 80, 'web')], '', 'web'],
    ['by the most frequent of several', [to('10.0.0.1', 80, 'web'), to('10.0.0.1', 80, 'api'), to('10.0.0.1', 80, 'api')], '', 'api'],
    ['by the first in the alphabet of equals', [to('10.0.0.1', 80, 'web'), to('10.0.0.1', 80, 'api')], '', 'api'],
    ['by address and port where the Host is an address', [to('10.0.0.1', 80, '10.0.0.1')], '', '10.0.0.1:80'],
    ['by address and port, IPv6', [to('fe80::1', 80, null)], '', '[fe80::1]:80'],
  ])('%s', (_, rows, file, service) => {
    const ip = rows[0]?.server_ip ?? '';
    expect(learn(rows, parseNames(file, 'f')).serviceOf(ip, 80)).toBe(service);
    expect(learn(rows.toReversed(), parseNames(file, 'f')).serviceOf(ip, 80)).toBe(service);
  });
});

describe('a caller is called', () => {
  test.each<[situation: string, rows: readonly Exchange[], file: string, caller: string]>([
    ['outside, where it serves nothing and has no name', [], '', '(outside)'],
    ['by the names file, where it serves nothing', [], '10.0.0.1 batch', 'batch'],
    ['by the only service there', [to('10.0.0.1', 80, 'web'), to('10.0.0.1', 81, 'web')], '', 'web'],
    ['by its address, where several services share it', [to('10.0.0.1', 80, 'web'), to('10.0.0.1', 81, 'api')], '', '10.0.0.1'],
  ])('%s', (_, rows, file, caller) => {
    expect(learn(rows, parseNames(file, 'f')).callerOf('10.0.0.1')).toBe(caller);
  });
});

test('an instance has its port where several services share the address', () => {
  expect(learn([to('10.0.0.1', 80, 'web')]).instanceOf('10.0.0.1', 80)).toBe('10.0.0.1');
  expect(learn([to('10.0.0.1', 80, 'web'), to('10.0.0.1', 81, 'api')]).instanceOf('10.0.0.1', 80)).toBe('10.0.0.1:80');
});

test('a changed name is told once', () => {
  const naming = learn([to('10.0.0.1', 80, null)]);
  expect([...naming.renamed()]).toEqual(['10.0.0.1']);
  naming.see(to('10.0.0.1', 80, null));
  expect([...naming.renamed()]).toEqual([]);
  naming.see(to('10.0.0.1', 80, 'web'));
  expect([...naming.renamed()]).toEqual(['10.0.0.1']);
});

test('host names from the wild are bounded', () => {
  const naming = learn(Array.from({ length: 200 }, (_, n) => to('10.0.0.1', 80, `h${n}`)));
  for (let n = 0; n < 3; n++) naming.see(to('10.0.0.1', 80, 'h199'));
  expect(naming.serviceOf('10.0.0.1', 80)).toBe('h0');
});
