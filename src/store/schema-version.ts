// Which form of the tables this code works with. Apart from migrate.ts, so that asking loads none of their statements.

/** Raised by one with each file in migrations/. */
export const newestSchema = 6;

/** "tlry" in the file's header: another program's database is never taken for ours. */
export const applicationId = 0x746c7279;
