// The least that is still durable: insert with group commit, answer, deliver, mark done. No signature, no decision, no trace, no retry.
import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';
import { Agent } from 'undici';

const [file, receiver] = process.argv.slice(2);
const db = new DatabaseSync(file!);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000');
db.exec('CREATE TABLE outbox (id INTEGER PRIMARY KEY, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0)');
const insert = db.prepare('INSERT INTO outbox (body) VALUES (?)');
const mark = db.prepare('UPDATE outbox SET done = 1 WHERE id = ?');
const agent = new Agent({ connections: 64, pipelining: 1 });

let waiting: { body: string; resolve(id: number): void }[] = [];
let done: number[] = [];
let planned = false;
const plan = () => {
  if (planned) return;
  planned = true;
  setImmediate(() => {
    planned = false;
    const batch = waiting;
    const marks = done;
    waiting = [];
    done = [];
    db.exec('BEGIN IMMEDIATE');
    const ids = batch.map((one) => Number(insert.run(one.body).lastInsertRowid));
    for (const id of marks) mark.run(id);
    db.exec('COMMIT');
    batch.forEach((one, at) => {
      one.resolve(ids[at]!);
      void deliver(ids[at]!, one.body);
    });
  });
};
const deliver = async (id: number, body: string) => {
  const reply = await agent.request({
    origin: `http://127.0.0.1:${receiver}`,
    path: '/',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await reply.body.dump();
  done.push(id);
  plan();
};

const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, next) => next(null, body));
app.post('/webhooks/timelinesai', async (request) => {
  const id = await new Promise<number>((resolve) => {
    waiting.push({ body: request.body as string, resolve });
    plan();
  });
  return { id: String(id), duplicate: false };
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: (app.server.address() as { port: number }).port });
process.on('disconnect', () => process.exit(0));
