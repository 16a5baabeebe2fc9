// For the HEALTHCHECK of the image: exit 0 where a webhook sent now would be kept. Reads the settings for the port alone.
import { readSettings } from './settings.ts';

const { port } = readSettings(undefined, { serve: false });
const reply = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2500) }).catch(() => undefined);
process.exit(reply?.ok ? 0 : 1);
