// Loaded before the relay (`node --import`), in its main thread and its ledger thread: where one module of the relay imports another named
// here, it gets a decorator of it instead. So faults and time come from outside, and src/ knows nothing of them.
import { registerHooks } from 'node:module';

const decorators: Record<string, string> = {
  'start.ts ./clock.ts': './fast-clock.ts',
  'app.ts ./intake/answer-within.ts': './fast-clock.ts',
  'app.ts ./admin/reads.ts': './fast-clock.ts',
  'start.ts ./ledger/ledger.ts': './fail-points.ts',
  'app.ts ./attempt.ts': './fail-points.ts',
  'ledger/work.ts ../store/sqlite.ts': './fail-points.ts',
};

registerHooks({
  resolve: (specifier, context, next) => {
    const parent = /\/src\/((?:[\w-]+\/)?[\w-]+\.ts)$/.exec(context.parentURL ?? '')?.[1];
    const decorator = decorators[`${parent} ${specifier}`];
    return decorator === undefined ? next(specifier, context) : next(new URL(decorator, import.meta.url).href, context);
  },
});
