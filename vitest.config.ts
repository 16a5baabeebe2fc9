import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes, sockets and disks on two cores: slow is not broken.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // A story mostly waits for its relay: two at a time use both cores of the smallest machine.
    maxWorkers: 2,
    allowOnly: false,
  },
});
