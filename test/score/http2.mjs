// Looks up every HTTP/2 exchange of the application captures' truth among those decoded: method, path, status, grpc-status, times.
//   node test/score/http2.mjs [FOLDER = ../shared/apps]
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { load } from './load.mjs';

const folder = process.argv[2] ?? new URL('../../../shared/apps', import.meta.url).pathname;
if (!existsSync(folder)) {
  console.error(`score:http2 needs the captures in ${folder}`);
  process.exit(1);
}
const { exchangePipeline, readCapture, counters } = await load('ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts');
const files = readdirSync(folder);
const endpoint = (ip, port) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);
const key = (...parts) => parts.join(' ');
let wrong = 0;

for (const set of files.filter((file) => file.endsWith('.truth.jsonl.gz')).map((file) => file.slice(0, -'.truth.jsonl.gz'.length))) {
  const truth = gunzipSync(readFileSync(join(folder, `${set}.truth.jsonl.gz`))).toString().trim().split('\n').map((line) => JSON.parse(line)).filter((one) => one.proto === 'h2');
  for (const file of files.filter((one) => one === `${set}.pcap.gz` || (one.startsWith(`${set}-`) && one.endsWith('.pcap.gz')))) {
    const rows = new Map();
    let decoded = 0;
    const counted = counters();
    const out = { advance: () => {}, close: () => {}, push: (row) => {
      if (!/^(h2|grpc)$/.test(row.protocol)) return;
      decoded++;
      // Several streams may begin in one packet.
      const at = key(endpoint(row.client_ip, row.client_port), endpoint(row.server_ip, row.server_port), row.ts);
      rows.set(at, [...rows.get(at) ?? [], row]);
    } };
    const line = exchangePipeline(out, { tenant: 'default', tap: file, digest: (id) => id, keepTargets: true, ageUs: Infinity, counters: counted });
    await readCapture(join(folder, file), line);
    line.close();
    const host = file.slice(set.length + 1, -'.pcap.gz'.length);
    const seen = truth.filter((one) => !file.startsWith(`${set}-`) || one.caller === host || one.service === host);
    /** What a row says otherwise than the truth. */
    const differences = (one, row) => {
      const atServer = file.startsWith(`${set}-`) && one.service === host;
      const end = atServer ? one.server_end_us ?? null : one.t_resp_us;
      return [
        row.method !== one.method && `method ${row.method}`, row.target !== one.path && `path ${row.target}`,
        row.status !== (one.status ?? 0) && `status ${row.status}`, row.grpc_status !== (one.grpc_status ?? null) && `grpc_status ${row.grpc_status}`,
        (end === null ? row.duration_us !== null : row.ts + row.duration_us !== end) && `end ${row.outcome} ${row.ts + row.duration_us}`,
      ].filter(Boolean);
    };
    const rowsOf = (one) => rows.get(key(one.client, one.server, file.startsWith(`${set}-`) && one.service === host ? one.server_start_us : one.t_req_us)) ?? [];
    // Those that agree find each other first: rows of one packet are told apart by nothing else.
    const rest = seen.filter((one) => {
      const there = rowsOf(one);
      const at = there.findIndex((row) => differences(one, row).length === 0);
      if (at >= 0) there.splice(at, 1);
      return at < 0;
    });
    const off = rest.map((one) => `  ${JSON.stringify(one)}: ${rowsOf(one).map((row) => differences(one, row).join(', ')).join(' | ') || 'not found'}`);
    wrong += off.length + Math.abs(decoded - seen.length);
    console.log(`${file}: ${seen.length} in the truth, ${decoded} decoded, ${seen.length - off.length} right${off.length > 0 ? `\n${off.slice(0, 3).join('\n')}` : ''}`);
    const { capture_bytes: _, packets: __, segments: ___, ...telling } = counted.snapshot();
    if (seen.length > 0) console.log(`  ${JSON.stringify(telling)}`);
  }
}
process.exit(wrong === 0 ? 0 : 1);
