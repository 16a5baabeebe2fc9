import { defineConfig } from 'vitest/config';

/** One stage each: they leave nothing behind, so a worker may go from one file to the next. */
const stages = ['test/{admin,decide,deliver,intake,language,outgoing,partner-api,render,rules,store}/**/*.test.ts'];

export default defineConfig({
  test: {
    // Real processes, sockets and disks on two cores: slow is not broken.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // A story mostly waits for its relay: two at a time use both cores of the smallest machine.
    maxWorkers: 2,
    allowOnly: false,
    projects: [
      { extends: true, test: { name: 'stages', include: stages, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: stages } },
    ],
  },
});
