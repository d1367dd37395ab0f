// HTTP/1.1 traffic that is hard to read, on loopback: short and long connections, bodies both ways by length, chunked and until
// close, pipelining. Both ends are ours and know where in its stream each message lies: that is the truth of the capture.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LETTERS = Buffer.from('abcdefghijklmnopqrstuvwxyz'.repeat(10_000));
const CHUNK_BYTES = [1, 80, 1000, 5000, 20_000];
const LARGEST_BODY = 120_000;

/** Bytes of a body as sent: with the framing of chunks, the last of them included, where it is chunked. */
const bodyOf = (kind, length, random) => {
  if (kind !== 'chunked') return LETTERS.subarray(0, length);
  const parts = [];
  for (let left = length; left > 0;) {
    const size = Math.min(left, CHUNK_BYTES[random(CHUNK_BYTES.length)]);
    parts.push(`${size.toString(16)}${random(4) === 0 ? ';ext=1' : ''}\r\n`, LETTERS.subarray(0, size), '\r\n');
    left -= size;
  }
  parts.push('0\r\n', ...(random(4) === 0 ? ['Trailer: x\r\n'] : []), '\r\n');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
};
const framingOf = (kind, length) => (kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : kind === 'length' ? `Content-Length: ${length}\r\n` : '');

/** Calls `message` with the head of each message of a stream when its body, whose bytes on the wire the head tells, has gone by. */
const eachMessage = (socket, message) => {
  let held = Buffer.alloc(0);
  let skip = 0;
  let head = null;
  socket.on('data', (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    for (;;) {
      if (head === null) {
        const end = held.indexOf('\r\n\r\n');
        if (end < 0) return;
        head = held.toString('latin1', 0, end);
        held = held.subarray(end + 4);
        skip = Number(/^X-Wire: (\d+)$/m.exec(head)[1]);
      }
      const gone = Math.min(skip, held.length);
      held = held.subarray(gone);
      skip -= gone;
      if (skip > 0) return;
      message(head);
      head = null;
    }
  });
};

const sizeOf = (random) => [0, random(200), random(5000), random(LARGEST_BODY)][random(4)];

/** Answers as the requests ask for, in their order; `truth` gets what each answer was and where it lies. */
const serve = async (truth, random) => {
  const server = net.createServer({ noDelay: true }, (socket) => {
    let sent = 0;
    let turn = Promise.resolve();
    const answer = async (head) => {
      const [, id, kind, length] = /^\w+ \/k\/(\d+) [^]*^X-Answer: (\w+) (\d+)$/m.exec(head);
      const status = Number(length) % 50 === 7 ? 404 : 200;
      const body = bodyOf(kind, Number(length), random);
      const from = sent;
      const bytes = Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Not Found'}\r\nServer: hard\r\nX-Wire: ${body.length}\r\n${framingOf(kind, length)}\r\n`), body]);
      if (random(4) === 0) await sleep(random(3));
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + 1 + random(40_000));
        at += piece.length;
        if (!socket.write(piece)) await once(socket, 'drain');
      }
      sent += bytes.length;
      Object.assign(truth[id], { status, response_bytes: Number(length), response: [from, sent], until_close: kind === 'close', served: true });
      if (kind === 'close') socket.end();
    };
    eachMessage(socket, (head) => { turn = turn.then(() => answer(head)); });
    socket.on('error', (error) => { throw error; });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** Makes the traffic of so many connections; resolves to one line of truth for each exchange, once all are answered. */
export const hardTraffic = async ({ short, long, random, listening }) => {
  const truth = [];
  const server = await serve(truth, random);
  const { port } = server.address();
  await listening(port);

  const openings = new Map();
  const connection = async (exchanges, mayClose) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const client = socket.localPort;
    const opening = (openings.get(client) ?? -1) + 1;
    openings.set(client, opening);
    let sent = 0;
    let answered = 0;
    let goal = { at: 0, reach: () => {} };
    eachMessage(socket, () => { if (++answered === goal.at) goal.reach(); });
    const ended = once(socket, 'close');
    const ask = (last, together) => {
      const id = truth.length;
      const method = ['GET', 'POST', 'PUT'][random(3)];
      const kind = method === 'GET' ? 'none' : ['length', 'chunked'][random(2)];
      const length = method === 'GET' ? 0 : sizeOf(random);
      const answer = last && random(2) === 0 ? 'close' : ['length', 'chunked'][random(2)];
      const body = bodyOf(kind, length, random);
      const head = `${method} /k/${id} HTTP/1.1\r\nHost: hard.test\r\nX-Wire: ${body.length}\r\nX-Answer: ${answer} ${sizeOf(random)}\r\n${framingOf(kind, length)}\r\n`;
      const bytes = Buffer.concat([Buffer.from(head), body]);
      truth.push({ id, client, opening, method, target: `/k/${id}`, request_bytes: length, request: [sent, sent + bytes.length], together, served: false });
      sent += bytes.length;
      return bytes;
    };
    for (let left = exchanges; left > 0;) {
      const together = random(5) === 0 ? Math.min(left, 2 + random(8)) : 1;
      left -= together;
      const first = truth.length;
      const reached = new Promise((reach) => { goal = { at: answered + together, reach }; });
      socket.write(Buffer.concat(Array.from({ length: together }, (_, n) => ask(mayClose && left === 0 && n === together - 1, [first, first + together]))));
      await reached;
      if (random(10) === 0) await sleep(random(4));
    }
    socket.end();
    await ended;
  };
  let started = 0;
  const worker = async () => { while (started++ < short) await connection(1 + random(3), true); };
  await Promise.all([...Array.from({ length: 24 }, worker), ...Array.from({ length: long }, () => connection(150 + random(100), false))]);
  server.close();
  return truth;
};
