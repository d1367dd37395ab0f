import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { likeliest, listDevices, tapCommand, type Device } from '../../docker/devices.ts';
import { tapgraph } from './run.ts';

const device = (name: string, ...addresses: readonly string[]): Device => ({ name, addresses, about: '' });
const LO = device('lo', '127.0.0.1', '::1');
const ANY = device('any');

test('the command lists every interface that has an address, with it', async () => {
  const { code, out } = await tapgraph('devices', '--json');
  expect(code).toBe(0);
  const listed = out.trim().split('\n').map((line) => JSON.parse(line) as Device);
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    expect(listed.find((one) => one.name === name)?.addresses).toEqual(expect.arrayContaining(addresses.map(({ address }) => address)));
  }
});

test('without the package cap the operating system is asked, and the reason is given', async () => {
  const { devices, missing } = await listDevices(() => Promise.reject(new Error('Cannot find package \'cap\'\nRequire stack:')));
  expect(missing).toBe('Cannot find package \'cap\'');
  expect(devices.map(({ name }) => name)).toEqual(Object.keys(networkInterfaces()));
});

test('with it, nothing is missing', async () => {
  expect(await listDevices(() => Promise.resolve([LO]))).toEqual({ devices: [LO], missing: null });
});

describe('the device to tap first', () => {
  test.each<[situation: string, devices: readonly Device[], name: string | undefined]>([
    ['is one that others reach', [ANY, LO, device('eth0', 'fe80::1', '10.0.0.7')], 'eth0'],
    ['is one with an address where none is reached', [ANY, LO], 'lo'],
    ['is none where none has an address', [ANY], undefined],
  ])('%s', (_, devices, name) => { expect(likeliest(devices)?.name).toBe(name); });

  test('its command names the addresses by which rows tell the side they saw', () => {
    expect(tapCommand(device('eth0', '10.0.0.7', 'fe80::1', '2001:db8::7'), 'ingest')).toBe('sudo tcpdump -i eth0 -U -s 0 -w - tcp | npx tapgraph ingest - --host 10.0.0.7 2001:db8::7');
    expect(tapCommand(LO, 'decode')).toBe('sudo tcpdump -i lo -U -s 0 -w - tcp | npx tapgraph decode -');
  });
});
