// Has a Fastify check requests and answers by zod schemas alone. Given as factories and not set later, because Fastify would by then have loaded
// its own compilers: 8 MB that nobody asks anything.
import type { FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

type Factories = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

// Fastify's types know only factories of its own kind.
const compilersFactory = { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler } as unknown as Factories;

export const byZod: Pick<FastifyServerOptions, 'schemaController'> = { schemaController: { compilersFactory } };
