// The ledger's thread: a thread has a compile cache of its own to switch on, and must do so before anything is imported.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./work.ts');
(await import('../give-back.ts')).giveBackLater();
