import { describe, expect, test } from 'vitest';
import { NO_NAMES, NamesError, isAddress, parseNames } from '../../sql/names.ts';

const FILE = `
# shop
10.0.0.5        checkout
10.0.0.5:8080   cart  tenant=blue   # the port is told apart
10.0.0.0/8      backend
10.0.0.0/24     rack tenant=red
2001:db8::/32   v6-net
2001:db8::7     v6-host
[2001:db8::7]:443 v6-port
::ffff:192.0.2.1  mapped
10.0.0.9        first
10.0.0.9        second
`;

describe('a names file', () => {
  const names = parseNames(FILE, 'shop.names');

  test.each<[situation: string, ip: string, port: number | null, service: string | null, tenant: string | null]>([
    ['address and port before address', '10.0.0.5', 8080, 'cart', 'blue'],
    ['address where the port has no line', '10.0.0.5', 9090, 'checkout', null],
    ['address as a whole', '10.0.0.5', null, 'checkout', null],
    ['longest network', '10.0.0.77', 80, 'rack', 'red'],
    ['wider network', '10.9.0.1', 80, 'backend', null],
    ['no line', '11.0.0.1', 80, null, null],
    ['IPv6 network', '2001:db8:1::1', 80, 'v6-net', null],
    ['IPv6 address written in another way', '2001:0db8:0:0:0:0:0:7', 80, 'v6-host', null],
    ['IPv6 address with port', '2001:db8::7', 443, 'v6-port', null],
    ['IPv4 mapped into IPv6', '192.0.2.1', 80, 'mapped', null],
    ['a later line overrules an equal one', '10.0.0.9', 80, 'second', null],
    ['not an address', 'example.org', 80, null, null],
  ])('%s', (_, ip, port, service, tenant) => {
    expect([names.serviceOf(ip, port), names.tenantOf(ip, port)]).toEqual([service, tenant]);
    expect([names.serviceOf(ip, port), names.tenantOf(ip, port)]).toEqual([service, tenant]);
  });

  test('no file names nothing', () => {
    expect([NO_NAMES.serviceOf('10.0.0.5', 1), NO_NAMES.tenantOf('10.0.0.5', 1)]).toEqual([null, null]);
  });
});

describe('a line that cannot be read says where and what', () => {
  test.each<[situation: string, line: string, message: RegExp]>([
    ['no service', '10.0.0.1', /x\.names:2: a service name is missing/],
    ['no address', 'example.org web', /x\.names:2: "example.org" is not an address/],
    ['number above 255', '10.0.0.256 web', /"10.0.0.256" is not an address/],
    ['port above 65535', '10.0.0.1:70000 web', /port 70000 is above 65535/],
    ['prefix too long', '10.0.0.0/33 web', /\/33 is longer than an address of 32 bits/],
    ['network that is none', 'ten/8 web', /"ten" is not an address/],
    ['unknown setting', '10.0.0.1 web team=x', /"team=x" is not understood/],
    ['IPv6 with two gaps', '1::2::3 web', /"1::2::3" is not an address/],
    ['IPv6 too short', '1:2:3 web', /"1:2:3" is not an address/],
  ])('%s', (_, line, message) => {
    expect(() => parseNames(`# first\n${line}\n`, 'x.names')).toThrow(message);
    expect(() => parseNames(`# first\n${line}\n`, 'x.names')).toThrow(NamesError);
  });
});

test.each([['10.0.0.1', true], ['[::1]', true], ['::1', true], ['localhost', false], ['10.0.0', false], ['cafe', false]])(
  '%s is an address: %s', (text, is) => { expect(isAddress(text)).toBe(is); });
