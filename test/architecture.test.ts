import { describe, expect, test } from 'vitest';
import { scan, violations, type SourceFile } from './architecture/rules.ts';

const files = scan(new URL('..', import.meta.url).pathname);
const planted = (path: string, text: string): readonly string[] =>
  violations([...files.filter((file) => file.path !== path), { path, text }])
    .filter((line) => line.startsWith(path));

describe('the house as it stands', () => {
  test('the scan finds every room', () => {
    const rooms = new Set(files.map((file) => file.path.split('/').slice(0, -1).join('/')));
    expect([...rooms]).toEqual(expect.arrayContaining(
      ['ingest/capture', 'ingest/decode', 'ingest/reassembly', 'ingest/http', 'ingest/exchange', 'sql', 'udf/infer', 'udf/window', 'docker']));
  });

  test('breaks no rule', () => {
    expect(violations(files)).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  test.each<[situation: string, path: string, text: string, rule: RegExp]>([
    ['ingest imports udf', 'ingest/http/planted.ts', `import type { Call } from '../../udf/infer/algorithm.ts';`, /ingest must not import udf/],
    ['sql imports ingest', 'sql/planted.ts', `import type { Packet } from '../ingest/capture/packet.ts';`, /sql must not import ingest/],
    ['anything imports docker', 'udf/infer/planted.ts', `import { main } from '../../docker/main.ts';`, /udf must not import docker/],
    ['anything imports test', 'sql/planted.ts', `import { scan } from '../test/architecture/rules.ts';`, /sql must not import test/],
    ['a stage imports another stage\'s code', 'ingest/http/planted.ts', `import { frameDecoder } from '../decode/frame.ts';`, /types only/],
    ['a stage re-exports another stage\'s code', 'ingest/http/planted.ts', `export { frameDecoder } from '../decode/frame.ts';`, /types only/],
    ['a stage imports code of another beside a type', 'ingest/http/planted.ts', `import { type Segment, frameDecoder } from '../decode/frame.ts';`, /types only/],
    ['a cycle', 'sql/planted.ts', `import './micros.ts';\nimport './planted.ts';`, /cycle/],
    ['a file too long', 'sql/planted.ts', '\n'.repeat(302), /302 lines/],
    ['a wall clock in the core', 'udf/infer/planted.ts', 'export const now = () => Date.now();', /clock/],
    ['a timer in the core', 'ingest/reassembly/planted.ts', 'setTimeout(() => {}, 1);', /clock/],
    ['chance in the core', 'udf/infer/planted.ts', 'export const p = () => Math.random();', /clock/],
    ['a node module in the core', 'ingest/http/planted.ts', `import { readFileSync } from 'node:fs';`, /node:fs in a pure file/],
    ['a package in the core', 'ingest/http/planted.ts', `import pg from 'pg';`, /pg in a pure file/],
    ['a lazy import in the core', 'ingest/http/planted.ts', `export const x = () => import('pg');`, /pg in a pure file/],
    ['a default export', 'sql/planted.ts', 'export default 1;', /default export/],
    ['an index file', 'sql/index.ts', 'export const x = 1;', /index file/],
  ])('%s', (_, path, text, rule) => {
    expect(planted(path, text).join('\n')).toMatch(rule);
  });

  test.each<[situation: string, file: SourceFile]>([
    ['a stage importing another stage\'s types', { path: 'ingest/http/planted.ts', text: `import type { Segment } from '../decode/segment.ts';` }],
    ['a pipeline importing stages', { path: 'ingest/pipeline.ts', text: `import { frameDecoder } from './decode/frame.ts';` }],
    ['a comment that names a forbidden import', { path: 'ingest/http/planted.ts', text: `// import pg from 'pg';` }],
    ['a file of I/O importing node', { path: 'sql/server/planted.ts', text: `import { spawn } from 'node:child_process';` }],
  ])('but not in %s', (_, file) => {
    expect(planted(file.path, file.text)).toEqual([]);
  });
});
