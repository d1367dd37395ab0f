import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
    globalSetup: ['test/sql/server.ts'],
    root: new URL('..', import.meta.url).pathname,
    // Some tests run whole commands against a real QuestDB; on a busy machine these take most of a minute.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
