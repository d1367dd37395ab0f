import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { questDbJar } from '../../../sql/server/jar.ts';
import { findJava } from '../../../sql/server/java.ts';
import { SetupError } from '../../../sql/server/setup-error.ts';
import { startQuestDb, type StartOptions } from '../../../sql/server/start.ts';

const root = mkdtempSync(join(tmpdir(), 'tapgraph-setup-'));
let dir: string;
let next = 0;
beforeEach(() => { mkdirSync(dir = join(root, String(next++)), { recursive: true }); });
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

/** Puts a command of that name on a PATH of its own and returns the environment. */
const withCommand = (name: string, script: string): NodeJS.ProcessEnv => {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${bin}:/bin`, HOME: dir };
};

const failure = async (attempt: Promise<unknown>): Promise<SetupError> => {
  const error: unknown = await attempt.then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(SetupError);
  return error as SetupError;
};

const says = (version: string): string => `echo 'openjdk version "${version}" 2025-01-01' >&2`;

describe('finding Java', () => {
  test.each([
    ['17', says('17.0.15'), 17],
    ['a new one without a minor', says('25'), 25],
  ])('%s on the PATH is taken', async (_, script, version) => {
    expect(await findJava(undefined, withCommand('java', script), [])).toMatchObject({ path: 'java', version });
  });

  test.each([
    ['8, that calls itself 1.8', says('1.8.0_392'), /found only Java 8 \(java\)/],
    ['11', says('11.0.2'), /found only Java 11/],
    ['one that does not run', 'exit 1', /no Java found/],
  ])('%s is refused with what was found', async (_, script, found) => {
    const { message, todo } = await failure(findJava(undefined, withCommand('java', script), []));
    expect(message).toMatch(found);
    expect(todo).toMatch(/install Java 17 or newer/);
  });

  test('JAVA_HOME comes before the PATH, the usual places after it', async () => {
    const env = withCommand('java', says('11'));
    const home = join(dir, 'jvm', 'java-21', 'bin');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'java'), `#!/bin/sh\n${says('21')}\n`, { mode: 0o755 });
    // Debian keeps files beside the versions' folders.
    writeFileSync(join(dir, 'jvm', '.java-17.jinfo'), '');
    expect(await findJava(undefined, env, [join(dir, 'jvm')])).toMatchObject({ version: 21 });
    expect(await findJava(undefined, { ...env, JAVA_HOME: join(dir, 'jvm', 'java-21') }, [])).toMatchObject({ version: 21 });
  });

  test('one that is named from here is found from the data folder too', async () => {
    const path = join(dir, 'named-java');
    writeFileSync(path, `#!/bin/sh\n${says('17')}\n`, { mode: 0o755 });
    expect(await findJava(relative('.', path), process.env, [])).toMatchObject({ path });
  });
});

const fetchJar = (env: NodeJS.ProcessEnv) => questDbJar({ cacheDir: join(dir, 'lib'), log: () => undefined, env });

describe('fetching the jar', () => {
  test('Maven missing', async () => {
    const { message, todo } = await failure(fetchJar({ PATH: join(dir, 'nothing') }));
    expect(message).toMatch(/no Maven on the PATH/);
    expect(todo).toMatch(/apt install maven/);
  });

  test('Maven failing shows its last lines and leaves nothing behind', async () => {
    const { message } = await failure(fetchJar(withCommand('mvn', 'echo "[ERROR] Unknown host repo.example"; exit 1')));
    expect(message).toMatch(/Unknown host repo\.example/);
    expect(existsSync(join(dir, 'lib', 'questdb-9.3.4.jar'))).toBe(false);
  });

  test('a fetched jar is kept and fetched once', async () => {
    const env = withCommand('mvn', `for a in "$@"; do case $a in -DoutputDirectory=*) echo jar > "\${a#*=}/questdb-9.3.4.jar";; esac; done; echo x >> ${dir}/runs`);
    const jar = await fetchJar(env);
    expect(await fetchJar(env)).toBe(jar);
    expect(readFileSync(join(dir, 'runs'), 'utf8')).toBe('x\n');
  });

  test('a jar that is named from here is found from the data folder too', async () => {
    const jar = join(dir, 'named.jar');
    writeFileSync(jar, '');
    expect(await questDbJar({ jar: relative('.', jar), cacheDir: dir, log: () => undefined })).toBe(jar);
  });

  test('a named jar that is not there', async () => {
    const { message } = await failure(questDbJar({ jar: '/no/such.jar', cacheDir: dir, log: () => undefined }));
    expect(message).toMatch(/no jar at \/no\/such\.jar/);
  });
});

describe('starting', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => { server.close(resolve); })));
  });
  const [httpPort, pgPort, healthPort] = [20_390, 20_391, 20_392];
  const start = (options: Partial<StartOptions>) => startQuestDb({
    dataDir: join(dir, 'data'), httpPort, pgPort, healthPort, jar: join(dir, 'bin', 'java'), log: () => undefined, ...options,
  });

  test('a port that is taken names who holds it', async () => {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => { server.listen(pgPort, '127.0.0.1', resolve); });
    const { message, todo } = await failure(start({ env: withCommand('java', says('17')) }));
    expect(message).toMatch(new RegExp(`port ${pgPort} for QuestDB's PostgreSQL wire is taken by process ${process.pid} `));
    expect(todo).toMatch(/--port/);
  });

  test('a data folder that is a file', async () => {
    writeFileSync(join(dir, 'data'), '');
    const { message, todo } = await failure(start({}));
    expect(message).toMatch(/data folder .* cannot be written: ENOTDIR|EEXIST/);
    expect(todo).toMatch(/--data/);
  });

  test.each([
    ['for any reason', 'Cannot lock file', 'exit 55', /mend what the lines say/],
    ['for want of disk', 'could not allocate [errno=28]', 'exit 55', /free some disk space/],
    ['by a signal', 'about to die', 'kill -9 $$', /mend what the lines say/],
  ])('ending during the start %s shows its last lines', async (_, said, end, advice) => {
    const env = withCommand('java', `if [ "$1" = -version ]; then ${says('17.0.1')}; else echo '${said}'; ${end}; fi`);
    const { message, todo } = await failure(start({ env }));
    expect(message).toMatch(/QuestDB ended during its start/);
    expect(message).toContain(said);
    expect(todo).toMatch(advice);
    expect(existsSync(join(dir, 'data', 'questdb.pid'))).toBe(false);
  });

  test('never answering ends after the time allowed, and the child with it', async () => {
    const env = withCommand('java', `if [ "$1" = -version ]; then ${says('17.0.1')}; else echo $$ > ${dir}/pid; exec sleep 100; fi`);
    const { message } = await failure(start({ env, startMs: 500 }));
    expect(message).toMatch(/has not answered/);
    expect(() => process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')), 0)).toThrow(/ESRCH/);
  });

  describe('in a container, where there is no jar and no Maven', () => {
    /** A `docker` that records its arguments, and of `run` one password; the container ends when it is told to stop. */
    const withDocker = (pull: string): NodeJS.ProcessEnv => {
      withCommand('java', says('17'));
      const { HOME } = withCommand('docker', `
        echo "$*" >> ${dir}/calls
        case $1 in
          image) exit 1;;
          pull) ${pull};;
          run) echo "$QDB_PG_PASSWORD $QDB_PG_NET_BIND_TO" > ${dir}/given; while [ ! -e ${dir}/stopped ]; do /bin/sleep 0.05; done;;
          stop) echo > ${dir}/stopped;;
        esac`);
      return { PATH: join(dir, 'bin'), HOME };
    };
    const startWith = (env: NodeJS.ProcessEnv) =>
      startQuestDb({ dataDir: join(dir, 'data'), httpPort, pgPort, healthPort, log: () => undefined, env, startMs: 500 });
    const calls = (): readonly string[] => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');

    test('it is run by name on loopback, its passwords in the environment alone, and stopped by name', async () => {
      const { message } = await failure(startWith(withDocker('exit 0')));
      expect(message).toMatch(/has not answered/);
      const [version, inspect, pull, rm, run = '', stop] = calls();
      expect([version, inspect, pull]).toEqual([
        'version --format {{.Server.Version}}', 'image inspect questdb/questdb:9.3.4', 'pull questdb/questdb:9.3.4']);
      const name = /--name (tapgraph-[0-9a-f]{12}) /.exec(run)?.[1] ?? '';
      expect(rm).toBe(`rm --force ${name}`);
      expect(run).toMatch(/^run --rm .*-p 127\.0\.0\.1:20390:9000 -p 127\.0\.0\.1:20391:8812 -p 127\.0\.0\.1:20392:9003 /);
      expect(run).toContain(`-v ${join(dir, 'data', 'questdb')}:/var/lib/questdb `);
      expect(run).toMatch(/-e QDB_PG_PASSWORD .*questdb\/questdb:9\.3\.4$/);
      expect(stop).toBe(`stop --time 20 ${name}`);
      const { admin } = JSON.parse(readFileSync(join(dir, 'data', 'logins.json'), 'utf8')) as { readonly admin: string };
      expect(readFileSync(join(dir, 'given'), 'utf8')).toBe(`${admin} 0.0.0.0:8812\n`);
      expect(run).not.toContain(admin);
    });

    test('an image that cannot be fetched says why', async () => {
      expect((await failure(startWith(withDocker('echo "no route to registry"; exit 1')))).message).toMatch(/could not fetch questdb\/questdb:9\.3\.4:\n {2}no route/);
    });

    test('an engine that does not answer: all three ways are named', async () => {
      withCommand('java', says('17'));
      const { HOME } = withCommand('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
      const { message, todo } = await failure(startWith({ PATH: join(dir, 'bin'), HOME }));
      expect(message).toMatch(/no Maven on the PATH; and no docker on the PATH answers/);
      expect(todo).toMatch(/Java 17 or newer and Maven.*Docker.*--questdb/s);
    });
  });

  test('an abort stops the child', async () => {
    const env = withCommand('java', `if [ "$1" = -version ]; then ${says('17.0.1')}; else exec sleep 100; fi`);
    await expect(start({ env, signal: AbortSignal.timeout(700) })).rejects.toThrow(/abort/i);
  });

  test('the generated logins are readable by their owner alone', async () => {
    await failure(start({ env: withCommand('java', `if [ "$1" = -version ]; then ${says('17.0.1')}; else exit 1; fi`) }));
    expect(statSync(join(dir, 'data', 'logins.json')).mode & 0o777).toBe(0o600);
  });
});
