import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes, sockets and disks on two cores: slow is not broken.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    pool: 'forks',
    allowOnly: false,
  },
});
