#!/usr/bin/env node
// The one door: installs packages and builds where that is needed, then runs the command. Node's own modules only,
// because in a fresh clone there is nothing else yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];
const SOURCES = ['ingest', 'udf', 'sql', 'docker', 'package.json', 'package-lock.json'];
const PROGRAM = join(ROOT, 'dist', 'tapgraph.js');
const INSTALLED = join(ROOT, 'node_modules', '.tapgraph-installed');

const fail = (found, todo) => {
  process.stderr.write(`tapgraph: ${found}\n  → ${todo}\n`);
  process.exit(1);
};

/** Node's own headers, where they came with it: packages that are compiled then need no download of them. */
const HEADERS = join(process.execPath, '..', '..');
const ENVIRONMENT = existsSync(join(HEADERS, 'include', 'node', 'node.h')) ? { ...process.env, npm_config_nodedir: HEADERS } : process.env;

const run = (what, command, args) => {
  process.stderr.write(`tapgraph: ${what}\n`);
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', env: ENVIRONMENT });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  fail(`${what}: \`${[command, ...args].join(' ')}\` ${error ? `did not start (${error.message})` : `ended with ${status}`}`,
    'read the lines above, mend what they name, and start again');
};

const newest = (path) => {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = stat.mtimeMs;
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name)));
  return latest;
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  fail(`this is Node ${process.versions.node}`, `install Node ${OLDEST_NODE.join('.')} or newer`);
}

const lock = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex');
if (!existsSync(INSTALLED) || readFileSync(INSTALLED, 'utf8') !== lock) {
  run('installing packages (once)', 'npm', ['ci', '--no-fund', '--no-audit']);
  writeFileSync(INSTALLED, lock);
}
if (!existsSync(PROGRAM) || SOURCES.some((source) => newest(join(ROOT, source)) > statSync(PROGRAM).mtimeMs)) {
  run('building', process.execPath, [join(ROOT, 'docker', 'build.mjs')]);
}

const { main } = await import(PROGRAM);
await main(process.argv.slice(2));
