// A client and its double, with real sockets between them, and a clock that a test may make faster.
import { onTestFinished } from 'vitest';
import { systemTicker, type Ticker } from '../../src/clock.ts';
import { createNetwork } from '../../src/outgoing.ts';
import { createPartnerApi } from '../../src/partner-api/client.ts';
import { type Double, partnerApiDouble } from './double.ts';

export async function clientAndDouble(
  options: { secrets?: string[]; speed?: number; requestMs?: number; secret?: string; perSecond?: number } = {},
): Promise<{ double: Double; api: ReturnType<typeof createPartnerApi>; ticker: Ticker; stop(): void }> {
  const { speed = 1, requestMs = 5000, secrets = ['double-secret-not-real'] } = options;
  const epoch = Date.now();
  const ticker: Ticker = {
    now: () => epoch + (Date.now() - epoch) * speed,
    elapsed: systemTicker.elapsed,
    after: (ms, run) => systemTicker.after(ms / speed, run),
  };
  const { secret, perSecond } = options;
  const double = await partnerApiDouble({ now: ticker.now, ...(secret && { secret }), ...(perSecond && { perSecond }) });
  const network = createNetwork({ allowPrivate: true, timeoutMs: requestMs });
  const stopping = new AbortController();
  onTestFinished(async () => {
    stopping.abort();
    await network.close();
    double.close();
  });
  const api = createPartnerApi({
    ...{ url: double.url, partnerId: 'partner_12345', secrets, network, ticker },
    ...{ signal: stopping.signal, relayVersion: '0.0.0' },
  });
  return { double, api, ticker, stop: () => stopping.abort(new Error('the relay is stopping')) };
}
