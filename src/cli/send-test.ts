// `send-test`: the running relay sends one test message now, so that a destination can be tried without waiting for an incident.
import type { z } from 'zod';
import type { testOutcome } from '../admin/answers.ts';
import { eventTypes } from '../model.ts';
import { readSettings } from '../settings.ts';
import { askRelay } from './ask-relay.ts';
import { defineCommand, WrongCall } from './command.ts';
import { asked, oneOf } from './filters.ts';
import { paint, plain, print, printJson } from './screen.ts';

type Tested = z.output<typeof testOutcome>;

export const sendTest = defineCommand({
  usage: 'DESTINATION [--event NAME]',
  about: `One attempt, past the queue, marked TEST. The answer is what the destination said.
Asks the running relay: ADMIN_URL (default http://127.0.0.1:ADMIN_PORT), with ADMIN_TOKEN where that is set.`,
  options: { event: { type: 'string', value: 'NAME', about: 'the event whose words are sent, default disconnected' } },
  words: 1,
  no: 'the message did not arrive, or no relay answers',
  examples: ['billing', 'ops-slack --event messaging-100'],
  run: async ({ event, json }, [destination]) => {
    if (destination === undefined) throw new WrongCall('it takes the name of a destination in routes.yaml.');
    const settings = readSettings(undefined, { serve: false });
    const question = asked({ event: oneOf('event', event, eventTypes) });
    const tested = await askRelay<Tested>(settings, `/destinations/${encodeURIComponent(destination)}/test`, question);
    const arrived = tested.class === 'ok';
    if (json) printJson({ destination, ...tested });
    else {
      print(
        `${arrived ? paint('green', 'arrived') : paint('red', 'did not arrive')} at ${destination} within ${Math.round(tested.ms)} ms: ${plain(tested.headline)}`,
      );
      if (!arrived)
        print(`${tested.class}${tested.code === undefined ? '' : ` (${tested.code})`}: ${plain(tested.error ?? 'no reason was given')}`);
    }
    return arrived ? 0 : 1;
  },
});
