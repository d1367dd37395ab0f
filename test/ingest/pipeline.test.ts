import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brief, client, decode, decodeSteps, FIN, OPENING, records, RST, server, SYN, SYN_ACK, type Step } from './conversation.ts';
import { pcap } from './capture/files.ts';

const get = (path: string, more: Partial<Step> = {}): Step => client(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`, more);
const ok = (body: string, more: Partial<Step> = {}): Step => server(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`, more);
const post = (body: string): Step => client(`POST /p HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
const GET_LENGTH = get('/a').says!.length;
const bye: readonly Step[] = [{ from: 'server', flags: FIN }, { from: 'client', flags: FIN }, { from: 'server' }];

describe('one connection', () => {
  test.each<[string, readonly Step[], readonly string[]]>([
    ['a plain exchange', [get('/a'), ok('hi')], ['GET /a 200 complete 0/2']],
    ['keep-alive', [get('/a'), ok('1'), get('/b'), ok('22')], ['GET /a 200 complete 0/1', 'GET /b 200 complete 0/2']],
    ['pipelining', [client(`${get('/a').says}${get('/b').says}`), server(`${ok('1').says}${ok('22').says}`)], ['GET /a 200 complete 0/1', 'GET /b 200 complete 0/2']],
    ['a body each way', [post('12345'), ok('123')], ['POST /p 200 complete 5/3']],
    ['HEAD has no body in spite of its length', [client('HEAD / HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n'), get('/b'), ok('')], ['HEAD / 200 complete 0/0', 'GET /b 200 complete 0/0']],
    ['304 has no body', [get('/a'), server('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'), get('/b'), ok('x')], ['GET /a 304 complete 0/0', 'GET /b 200 complete 0/1']],
    ['100 is not final', [client('POST /p HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n'), server('HTTP/1.1 100 Continue\r\n\r\n'), client('hi'), ok('x')], ['POST /p 200 complete 2/1']],
    ['answered before the request has ended', [client('POST /p HTTP/1.1\r\nContent-Length: 4\r\n\r\nab'), server('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'), client('cd')], ['POST /p 413 complete 4/0']],
    ['answered and closed before the request has ended', [client('POST /p HTTP/1.1\r\nContent-Length: 4\r\n\r\nab'), server('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n', { flags: 0x19 }), client('cd')], ['POST /p 413 complete 4/0']],
    ['closed without an answer before the request has ended', [client('POST /p HTTP/1.1\r\nContent-Length: 4\r\n\r\nab'), { from: 'server', flags: FIN }, client('cd')], ['POST /p 0 unanswered 4/0']],
    ['chunked with extension and trailer', [get('/a'), server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n0\r\nT: v\r\n\r\n'), get('/b'), ok('')], ['GET /a 200 complete 0/3', 'GET /b 200 complete 0/0']],
    ['chunked wins over a length', [get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n')], ['GET /a 200 complete 0/2']],
    ['a length repeated', [get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab')], ['GET /a 200 complete 0/2']],
    ['lengths that contradict: until close', [get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nabcd'), ...bye], ['GET /a 200 complete 0/4']],
    ['until close', [get('/a'), server('HTTP/1.1 200 OK\r\n\r\nabc'), server('de'), ...bye], ['GET /a 200 complete 0/5']],
    ['until close, reset', [get('/a'), server('HTTP/1.1 200 OK\r\n\r\nabc'), { from: 'server', flags: RST }], ['GET /a 200 cut 0/3']],
    ['CONNECT makes the rest opaque', [client('CONNECT h:1 HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\n\r\n'), get('/inner'), ok('')], ['CONNECT h:1 200 complete 0/0']],
    ['101 makes the rest opaque', [client('GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'), server('HTTP/1.1 101 Switching Protocols\r\n\r\n'), get('/inner')], ['GET /ws 101 complete 0/0']],
    ['bare line feeds', [client('GET /a HTTP/1.1\nHost: x\n\n'), server('HTTP/1.1 200 OK\nContent-Length: 1\n\nx')], ['GET /a 200 complete 0/1']],
    ['a folded field', [get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length:\r\n 3\r\n\r\nabc'), get('/b'), ok('')], ['GET /a 200 complete 0/3', 'GET /b 200 complete 0/0']],
    ['an unknown method', [client('BREW /pot HTTP/1.1\r\n\r\n'), server('HTTP/1.1 418 I\'m a teapot\r\nContent-Length: 0\r\n\r\n')], ['BREW /pot 418 complete 0/0']],
    ['HTTP/0.9', [client('GET /old\r\n'), server('<p>hello'), ...bye], ['GET /old 0 complete 0/8']],
    ['no answer', [get('/a'), ...bye], ['GET /a 0 unanswered 0/0']],
    ['an answer to nothing', [ok('hi')], ['- - 200 orphan 0/2']],
    ['end of capture within a body', [get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')], ['GET /a 200 cut 0/3']],
    ['end of capture within a head', [client('GET /a HTTP/1.1\r\nHos')], ['GET /a 0 unanswered 0/0']],
    ['not HTTP', [client('SSH-2.0-x\r\n'), server('SSH-2.0-y\r\n')], []],
    ['HTTP/2 is passed over', [client('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')], []],
    ['a segment sent twice', [get('/a'), get('/a', { seq: 0 }), ok('hi'), ok('hi', { seq: 0 })], ['GET /a 200 complete 0/2']],
    ['other bytes in the second copy', [get('/a'), get('/b', { seq: 0 }), ok('')], ['GET /a 200 complete 0/0']],
    ['a keep-alive probe', [get('/a'), ok('1'), client('x', { seq: GET_LENGTH - 1 }), get('/b', { seq: GET_LENGTH }), ok('2')], ['GET /a 200 complete 0/1', 'GET /b 200 complete 0/1']],
    ['both ends out of order', [client('st: shop\r\n\r\n', { seq: 19 }), client('GET /a HTTP/1.1\r\nHo', { seq: 0 }), ok('')], ['GET /a 200 complete 0/0']],
    ['a copy after both ends have closed', [get('/a'), ok('hi'), ...bye, ok('hi', { seq: 0 })], ['GET /a 200 complete 0/2']],
    ['a body whose middle was lost', [get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab'), server('cd', { lost: true }), server('ef'), { from: 'client' }, get('/b', { ms: 400 }), ok('x')], ['GET /a 200 complete 0/6', 'GET /b 200 complete 0/1']],
    ['a lost request: its answer pairs with nothing', [get('/a', { lost: true }), ok('1'), get('/b', { ms: 400 }), ok('22')], ['- - 200 orphan 0/1', 'GET /b 200 complete 0/2']],
    ['a lost answer: the next one is not taken for it', [get('/a'), ok('1', { lost: true }), get('/b', { ms: 400 }), ok('22'), { from: 'client' }], ['GET /a 0 unanswered 0/0', 'GET /b 200 complete 0/2']],
    ['a payload that the capture cut short', [get('/a'), ok('x'.repeat(500), { captured: 60 }), get('/b'), ok('22')], ['GET /a 200 complete 0/500', 'GET /b 200 complete 0/2']],
    ['a reset that the ends ignore', [{ from: 'server', flags: RST }, get('/a'), ok('1')], ['GET /a 200 complete 0/1']],
    ['the port used again', [get('/a'), { from: 'client', flags: SYN, isn: 77 }, { from: 'server', flags: SYN_ACK, isn: 99 }, { from: 'client' }, get('/b'), ok('22')], ['GET /a 0 unanswered 0/0', 'GET /b 200 complete 0/2']],
    ['the port used again, the SYN of the second time lost', [get('/a'), ok('1'), ...bye, { from: 'client', flags: SYN, isn: 77, lost: true }, { from: 'server', flags: SYN_ACK, isn: 99 }, { from: 'client' }, get('/b'), ok('22')], ['GET /a 200 complete 0/1', 'GET /b 200 complete 0/2']],
    ['a request sent on while its client waits for room, behind a lost answer', [
      get('/a'), { ...ok('hello'), lost: true }, client('POST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nab'), server('more'), client(`cd${get('/c').says}`), ok('1'), ok('22'), get('/d'), ok('333'),
    ], ['GET /a 0 unanswered 0/0', 'POST /b 200 complete 4/1', 'GET /c 200 complete 0/2', 'GET /d 200 complete 0/3']],
    ['the port used again when a loss before its end has been given up, the SYN lost', [get('/a'), { ...ok('1'), lost: true }, ...bye, { from: 'client', flags: SYN, isn: 77, lost: true, ms: 1000 }, { from: 'server', flags: SYN_ACK, isn: 99 }, { from: 'client' }, get('/b'), ok('22')], ['GET /a 0 unanswered 0/0', 'GET /b 200 complete 0/2']],
    ['the port used again after its opener closed, the other end and the SYN lost', [get('/a'), server('HTTP/1.1 200 OK\r\n\r\nab'), { from: 'client', flags: FIN }, { from: 'server', flags: FIN, lost: true }, { from: 'client', flags: SYN, isn: 777_777, lost: true }, { from: 'server', flags: SYN_ACK, isn: 999_999 }, { from: 'client' }, get('/b'), ok('22')], ['GET /a 200 cut 0/2', 'GET /b 200 complete 0/2']],
    ['the port used again after the other end closed, its opener\'s FIN and the SYN lost', [get('/a'), ok('1'), { from: 'server', flags: FIN }, { from: 'client', flags: FIN, lost: true }, { from: 'server' }, { from: 'client', flags: SYN, isn: 777_777, lost: true }, { from: 'server', flags: SYN_ACK, isn: 999_999 }, { from: 'client' }, get('/b'), ok('22')], ['GET /a 200 complete 0/1', 'GET /b 200 complete 0/2']],
    ['the port used again with all of the second handshake lost', [get('/a'), ok('1'), ...bye, { from: 'client', flags: SYN, isn: 777_777, lost: true }, { from: 'server', flags: SYN_ACK, isn: 999_999, lost: true }, { from: 'client' }, get('/b'), ok('22'), get('/c'), ok('333')], ['GET /a 200 complete 0/1', 'GET /b 200 complete 0/2', 'GET /c 200 complete 0/3']],
    ['the end of a body whose head was lost, in a segment that looks like a method, is not joined with the next request', [client('POST /p HTTP/1.1\r\nContent-Length: 12\r\n\r\nabcd', { lost: true }), client('abcdefgh'), ok('1', { ms: 400 }), get('/b'), ok('22')], ['- - 200 orphan 0/1', 'GET /b 200 complete 0/2']],
    ['a lost answer long after another loss: the next request is not taken for one that came before its time', [
      get('/x', { lost: true }), ok('x'), get('/a', { ms: 400 }), ok('1'), get('/b'), ok('22'), get('/c'), ok('333', { lost: true }), get('/d'), ok('4444'), get('/y', { lost: true }), ok('y'),
    ], ['- - 200 orphan 0/1', 'GET /a 200 complete 0/1', 'GET /b 200 complete 0/2', 'GET /c 0 unanswered 0/0', 'GET /d 200 complete 0/4', '- - 200 orphan 0/1']],
    ['pipelined after a loss: in order again from the request that was sent when all before was answered', [client(`${get('/a').says}${get('/b').says}`), ok('1', { lost: true }), ok('2'), { from: 'client', ms: 200 }, client(`${get('/c').says}${get('/d').says}${get('/e').says}`, { ms: 400 }), server(`${ok('3').says}${ok('44').says}${ok('555').says}`)],
      ['GET /a 0 unanswered 0/0', 'GET /b 200 complete 0/1', 'GET /c 200 complete 0/1', 'GET /d 200 complete 0/2', 'GET /e 200 complete 0/3']],
    ['pipelined with a request lost among others: the answers behind it are nobody\'s', [get('/x', { lost: true }), ok('x'), client(get('/a').says!, { ms: 300 }), client(get('/b').says!, { acked: 0, lost: true }), client(get('/c').says!), server(`${ok('1').says}${ok('22').says}${ok('333').says}`), { from: 'client', ms: 700 }],
      ['- - 200 orphan 0/1', 'GET /a 200 complete 0/1', '- - 200 orphan 0/2', '- - 200 orphan 0/3', 'GET /c 0 unanswered 0/0']],
    ['pipelined after a lost request that was answered before: in order', [get('/x', { lost: true }), ok('x'), client(`${get('/a').says}${get('/b').says}`, { ms: 400 }), server(`${ok('1').says}${ok('22').says}`)],
      ['- - 200 orphan 0/1', 'GET /a 200 complete 0/1', 'GET /b 200 complete 0/2']],
    ['pipelined with the first request lost: each answer goes to its own', [get('/a'), ok('1'), get('/x', { lost: true }), get('/b'), server(`${ok('xxx').says}${ok('22').says}`), { from: 'client' }, get('/c', { ms: 400 }), ok('333')],
      ['GET /a 200 complete 0/1', '- - 200 orphan 0/3', 'GET /b 200 complete 0/2', 'GET /c 200 complete 0/3']],
    ['pipelined with the first request lost, nothing known behind: no answer is anybody\'s', [get('/x', { lost: true }), get('/b'), server(`${ok('xxx').says}${ok('22').says}`), { from: 'client', ms: 400 }],
      ['- - 200 orphan 0/3', '- - 200 orphan 0/2', 'GET /b 0 unanswered 0/0']],
    ['pipelined with the first request lost, the client closes when it has all answers', [get('/x', { lost: true }), get('/b'), server(`${ok('xxx').says}${ok('22').says}`), { from: 'client', flags: FIN, ms: 400 }, { from: 'server', flags: FIN }],
      ['- - 200 orphan 0/3', 'GET /b 200 complete 0/2']],
    ['pipelined with an answer lost among others: those behind it are found from the next request', [client(`${get('/a').says}${get('/b').says}${get('/c').says}`), ok('1'), ok('22', { lost: true }), ok('333'), get('/d', { ms: 400 }), ok('4444')],
      ['GET /a 200 complete 0/1', 'GET /b 0 unanswered 0/0', 'GET /c 200 complete 0/3', 'GET /d 200 complete 0/4']],
    ['pipelined, in order up to the request that was lost', [get('/x', { lost: true }), ok('x'), client(`${get('/a').says}${get('/b').says}`, { ms: 400 }), client(get('/y').says!, { acked: ok('x').says!.length, lost: true }), server(`${ok('1').says}${ok('22').says}${ok('yyyy').says}`), { from: 'client', ms: 800 }],
      ['- - 200 orphan 0/1', 'GET /a 200 complete 0/1', 'GET /b 200 complete 0/2', '- - 200 orphan 0/4']],
    ['pipelined in one segment behind a body whose end was lost: found where they begin', [client('POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nab'), client('cdefgh\r\n8\r\n', { lost: true }), client(`abcdefgh\r\n0\r\n\r\n${get('/a').says}${get('/b').says}`), server(`${ok('').says}${ok('1').says}${ok('22').says}`), { from: 'client', ms: 400 }, { from: 'client', flags: FIN }, { from: 'server', flags: FIN }],
      ['POST /p 200 cut 2/0', 'GET /a 200 complete 0/1', 'GET /b 200 complete 0/2']],
    ['the middle of a line is no method after a loss', [client('POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nab'), client('cdefgh\r\n8\r\n', { lost: true }), client('abcPOST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n'), { from: 'server', ms: 400 }],
      ['POST /p 0 unanswered 2/0']],
    ['a client that keeps one request ahead: an answer is not taken for that of the request sent when it was due', [get('/x', { lost: true }), ok('x'), get('/a', { ms: 400 }), get('/b'), ok('1'), get('/c'), ok('22'), get('/d'), ok('333'), ok('4444')],
      ['- - 200 orphan 0/1', 'GET /a 200 complete 0/1', 'GET /b 200 complete 0/2', 'GET /c 200 complete 0/3', 'GET /d 200 complete 0/4']],
  ])('%s', (_, steps, expected) => {
    expect(decodeSteps([...OPENING, ...steps]).rows.map(brief).toSorted()).toEqual([...expected].toSorted());
  });

  test('the port used again after a connection of which only the end was captured', () => {
    const fins: readonly Step[] = [{ from: 'server', flags: FIN }, { from: 'client', flags: FIN }, { from: 'server' }];
    const again: readonly Step[] = [{ from: 'client', flags: SYN, isn: 77 }, { from: 'server', flags: SYN_ACK, isn: 99 }, { from: 'client' }, get('/b'), ok('22')];
    const { rows, counted } = decodeSteps([...fins, ...again]);
    expect(rows.map(brief)).toEqual(['GET /b 200 complete 0/2']);
    expect(counted).toMatchObject({ connections: 2, ports_reused: 1 });
  });

  test('the answer to the SYN lost, and the end captured before the first bytes', () => {
    const steps: readonly Step[] = [{ from: 'client', flags: SYN }, { from: 'server', flags: SYN_ACK, lost: true }, { from: 'client' }, get('/a'),
      { from: 'server', flags: FIN, seq: ok('hi').says!.length }, ok('hi', { seq: 0 }), { from: 'client', flags: FIN }];
    expect(decodeSteps(steps).rows.map(brief)).toEqual(['GET /a 200 complete 0/2']);
  });
  test('an end captured before all beginnings', () => {
    const steps: readonly Step[] = [...OPENING, get('/a'), server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'), server('hi'), ...bye];
    const all = records(steps);
    const shuffled = [6, 1, 5, 3, 7, 4, 0, 2, 8].map((at) => all[at]!);
    expect(decode(pcap(shuffled)).rows.map(brief)).toEqual(['GET /a 200 complete 0/2']);
  });
  test('nothing captured of a connection but its ends: it is over, and forgotten before it has been idle for long', () => {
    const ends = records([...OPENING, get('/a'), ok('1'), ...bye]).slice(-3);
    const { counted } = decode(pcap([...ends, ...records([{ from: 'client', flags: SYN, ms: 700_000 }], 50_000)]));
    expect(counted).toMatchObject({ connections: 2 });
    expect(counted).not.toHaveProperty('flows_idle');
  });
  test('begun before the capture', () => {
    expect(decodeSteps([server('tail of a body'), get('/a'), ok('hi')]).rows.map(brief)).toEqual(['GET /a 200 complete 0/2']);
  });
  test('times, sizes and counts of the row', () => {
    const { rows } = decodeSteps([...OPENING, post('1234'), { ...post('1234'), seq: 0 }, ok('x', { ms: 50 })]);
    expect(rows[0]).toMatchObject({ ts: 1_700_000_000_004_000, first_byte_us: 46_000, duration_us: 46_000, handshake_us: 2000, vantage: 'middle', client_port: 40_000, server_ip: '10.0.0.2' });
  });
  test.each([[['10.0.0.2'], 'server'], [['10.0.0.1'], 'client'], [['9.9.9.9'], 'middle']])('vantage of a tap at %s', (hosts, vantage) => {
    expect(decodeSteps([...OPENING, get('/a'), ok('')], { hosts }).rows[0]?.vantage).toBe(vantage);
  });
  test('an exchange too old is emitted as cut, its answer writes the same row again', () => {
    const { rows } = decodeSteps([...OPENING, get('/a'), { from: 'client', ms: 130_000 }, ok('x')]);
    expect(rows.map((row) => row.outcome)).toEqual(['cut', 'complete']);
    expect(rows[0]?.exchange_id).toEqual(rows[1]?.exchange_id);
  });
});

test('a flood of connections without data moves counters only, and keeps to the bound of flows', () => {
  const flood = Array.from({ length: 500 }, (_, n) => records([{ from: 'client', flags: SYN }], 1024 + n)).flat();
  const { rows, counted } = decode(pcap(flood), [], { mostFlows: 100 });
  expect(rows).toEqual([]);
  expect(counted).toMatchObject({ connections: 500, flows_evicted: 400 });
});

test('bytes held for a missing one keep to their bound: it is given up, and counted', () => {
  const { counted } = decodeSteps([...OPENING, client('lost', { lost: true }), ...Array.from({ length: 10 }, () => client('x'.repeat(900)))], { mostHeldBytes: 2000 });
  expect(counted).toMatchObject({ gaps: 1, gap_bytes: 4, holes_not_acknowledged: 1 });
});

test('heads that never end keep to the bound of held bytes: the one that waits for longest is given up, and counted', () => {
  const half = (n: number): readonly Step[] => [...OPENING, client(`GET /${n} HTTP/1.1\r\nHost: sh`)];
  const flood = Array.from({ length: 40 }, (_, n) => records(half(n), 1024 + n)).flat();
  const { rows, counted } = decode(pcap(flood), [], { mostHeldBytes: 4096 });
  // A buffer of 256 bytes each: 16 are held, and end with the capture.
  expect(counted).toMatchObject({ http1_held_given_up: 24, http1_heads_cut: 40, exchanges_unanswered: 40 });
  expect(rows.map(({ target }) => target)).toEqual(expect.arrayContaining(['/0', '/39']));
});

test('no secret leaves the decoder', () => {
  const secret = 'hunter2secret';
  const { rows, counted } = decodeSteps([...OPENING,
    client(`POST http://me:${secret}@shop/login?token=${secret}#${secret} HTTP/1.1\r\nHost: me:${secret}@shop\r\nAuthorization: Basic ${secret}\r\nCookie: s=${secret}\r\nX-Request-Id: ${secret}\r\nContent-Length: 13\r\n\r\n${secret}`),
    server(`HTTP/1.1 200 OK\r\nSet-Cookie: s=${secret}\r\nContent-Length: 13\r\n\r\n${secret}`)]);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify([rows, counted])).not.toContain(secret);
  expect(rows[0]).toMatchObject({ target: 'http://shop/login?token=', host: 'shop', route: '/login', trace_hint: '#13' });
});

const TALK = [...OPENING, get('/a'), ok('one'), post('body'), ok('two'), client(`${get('/c').says}${get('/d').says}`), ok('c'), ok('dd'),
  get('/e'), server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n'), server('0\r\n\r\n'), ...bye];
const whole = records(TALK);
const rowsOf = (list: typeof whole) => decode(pcap(list)).rows;

describe('properties', () => {
  test('every cut of the input gives the same exchanges', () => {
    const bytes = pcap(whole);
    const expected = decode(bytes).rows;
    expect(expected).toHaveLength(5);
    for (let cut = 1; cut < bytes.length; cut++) expect(decode(bytes, [cut]).rows).toEqual(expected);
  });
  test('every cut of a message into segments gives the same exchanges', () => {
    const ask = post('some body').says!;
    const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\nX: y\r\n\r\n';
    for (let cut = 1; cut < ask.length; cut++) {
      for (const at of [1, cut % answer.length || 2]) {
        const { rows } = decodeSteps([...OPENING, client(ask.slice(0, cut)), client(ask.slice(cut)), server(answer.slice(0, at)), server(answer.slice(at))]);
        expect(rows.map(brief)).toEqual(['POST /p 200 complete 9/4']);
      }
    }
  });
  test('neighbours exchanged and packets repeated give the same exchanges', () => {
    const expected = rowsOf(whole).map(brief).toSorted();
    const at = fc.integer({ min: 3, max: whole.length - 2 });
    fc.assert(fc.property(at, at, (swap, again) => {
      const list = [...whole];
      list.splice(again, 0, list[again]!);
      const [a, b] = [list[swap]!, list[swap + 1]!];
      list[swap] = b;
      list[swap + 1] = a;
      expect(rowsOf(list).map(brief).toSorted()).toEqual(expected);
    }), { numRuns: 150 });
  });
  test('a dropped packet changes no exchange that it does not touch', () => {
    const expected = rowsOf(whole);
    const touching = new Map([[3, '/a'], [4, '/a'], [5, '/p'], [6, '/p'], [8, '/c'], [9, '/d'], [10, '/e'], [11, '/e'], [12, '/e']]);
    for (const [drop, path] of touching) {
      const kept = rowsOf(whole.toSpliced(drop, 1)).filter((row) => row.outcome !== 'orphan' && row.target !== path).map(brief);
      expect(kept.toSorted()).toEqual(expected.filter((row) => row.target !== path).map(brief).toSorted());
    }
  });
  test('mutated packets and random bytes never throw', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 40 }), (changes) => {
      const list = whole.map((record) => Object.assign({}, record, { frame: Array.from(record.frame) }));
      for (const [packet, at, value] of changes) list[packet]!.frame[at % list[packet]!.frame.length] = value;
      expect(rowsOf(list).length).toBeLessThan(whole.length);
    }), { numRuns: 500 });
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300 }), fc.string({ unit: 'binary-ascii', maxLength: 300 }), (a, b) => {
      const { rows } = decodeSteps([...OPENING, client(`GET / HTTP/1.1\r\n${a}`), server(`HTTP/1.1 200 OK\r\n${b}`), client(b), server(a)]);
      expect(rows.some((row) => row.status === 200)).toBe(true);
    }), { numRuns: 500 });
  });
});

test('a real application: every exchange found, ids unique and stable', () => {
  const bytes = gunzipSync(readFileSync(new URL('../captures/apps/bookinfo.pcap.gz', import.meta.url)));
  const { rows } = decode(bytes);
  // The last request met a server that had closed already.
  expect(rows.map((row) => row.outcome).toSorted()).toEqual([...Array<string>(2269).fill('complete'), 'unanswered']);
  expect(new Set(rows.map((row) => String(row.exchange_id))).size).toBe(rows.length);
  expect(decode(bytes, [1_000_001]).rows).toEqual(rows);
});

test.each([
  ['nothing within MPLS alone, and the tag of a VLAN', 'zeek/mixed-vlan-mpls.pcap', ['', 'vlan:4093']],
  ['the innermost VXLAN, within ERSPAN and GRE', 'arkime/gre-erspan-vxlan.pcap', ['vxlan:0']],
])('the network of an exchange is %s', (_, file, networks) => {
  expect(decode(readFileSync(new URL(`../captures/${file}`, import.meta.url))).rows.map((row) => row.network)).toEqual(networks);
});
