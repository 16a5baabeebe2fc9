// The process: settings → app, signals, exit codes, and nothing else. `npm start` and the image run this file.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { start } = await import('./start.ts');
await start();
