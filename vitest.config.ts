import { defineConfig } from 'vitest/config';

/** One stage each: they leave nothing behind, so a worker may go from one file to the next. */
const stages = [
  'test/{admin,cli,decide,deliver,house,intake,language,links,outgoing,partner-api,render,reports,rules,store,workspaces}/**/*.test.ts',
];

export default defineConfig({
  test: {
    // Real processes, sockets and disks on two cores: slow is not broken.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // A story mostly waits for its relay: three at a time keep both cores of the smallest machine at work.
    maxWorkers: 3,
    allowOnly: false,
    projects: [
      { extends: true, test: { name: 'stages', include: stages, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: stages } },
    ],
  },
});
