// A line to a port that can be cut and mended, at one address all the while: what a browser sees of a relay that is gone and comes back.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Line = { url: string; cut(): Promise<void>; mend(): Promise<void>; close(): Promise<void> };

export async function openLine(to: number): Promise<Line> {
  const open = new Set<Socket>();
  let server: Server;
  const listen = async (port: number): Promise<number> => {
    server = createServer((near) => {
      const far = connect(to, '127.0.0.1');
      for (const one of [near, far]) {
        open.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          open.delete(one);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const cut = async () => {
    const closed = new Promise((done) => server.close(done));
    for (const one of open) one.destroy();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, cut, mend: async () => void (await listen(port)), close: cut };
}
