// What every store must keep, whatever database is behind it: one suite, in files by verb.
import { describe } from 'vitest';
import { auditContract } from './contract-audit.ts';
import { decideContract } from './contract-decide.ts';
import { followersContract } from './contract-followers.ts';
import { leaseContract } from './contract-lease.ts';
import { membersContract } from './contract-members.ts';
import { modelContract } from './contract-model.ts';
import { pruneContract } from './contract-prune.ts';
import { settleContract } from './contract-settle.ts';
import { tickContract } from './contract-tick.ts';
import { undecidedContract } from './contract-undecided.ts';
import type { FreshDatabase } from './world.ts';

export function storeContract(name: string, fresh: FreshDatabase): void {
  describe(`store contract: ${name}`, () => {
    describe('decide', () => decideContract(fresh));
    describe('what cannot be decided or written', () => undecidedContract(fresh));
    describe('followers', () => followersContract(fresh));
    describe('leases', () => leaseContract(fresh));
    describe('members of a digest', () => membersContract(fresh));
    describe('settle', () => settleContract(fresh));
    describe('tick', () => tickContract(fresh));
    describe('prune and replay', () => pruneContract(fresh));
    describe('audit', () => auditContract(fresh));
    describe('any sequence of work', () => modelContract(fresh));
  });
}
