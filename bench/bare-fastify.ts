// What the HTTP framework alone can do: parse the body, answer. Nothing is checked, kept or sent.
import Fastify from 'fastify';

const app = Fastify();
app.post('/webhooks/timelinesai', async (request) => ({ id: (request.body as { workspace_id: string }).workspace_id, duplicate: false }));
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: (app.server.address() as { port: number }).port });
process.on('disconnect', () => process.exit(0));
