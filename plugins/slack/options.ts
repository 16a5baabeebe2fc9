// What routes.yaml may say of a destination in Slack: a bot's token and a channel, or an incoming webhook.
import { secret } from 'timelines-relay/plugin';
import { z } from 'zod';

const mention = z.strictObject({
  here: z.boolean().default(false),
  channel: z.boolean().default(false),
  users: z.array(z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'must be the id of a user, such as U012AB3CD, not a name')).default([]),
  groups: z.array(z.string().regex(/^S[A-Z0-9]{2,20}$/, 'must be the id of a user group, such as S012AB3CD, not a name')).default([]),
  /** From which severity on. */
  from: z.enum(['info', 'warning', 'critical']).default('critical'),
});
const loopback = /^http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?\//;
const address = z.url().refine((url) => url.startsWith('https://') || loopback.test(url), 'must begin with https://');
export const options = z
  .strictObject({
    token: secret(z.string().regex(/^xox[a-z]/, 'must be the token of a bot, which begins with xoxb-')).optional(),
    channel: z
      .string()
      .regex(/^(#?[^\s#<>&|,]{1,80})$/u, 'must be the name or id of one channel, such as "#wa-ops"')
      .optional(),
    webhook_url: secret(address).optional(),
    api_url: address.transform((url) => (url.endsWith('/') ? url : `${url}/`)).default('https://slack.com/api/'),
    mention: mention.optional(),
  })
  .refine(({ token, channel, webhook_url: hook }) => (hook === undefined ? token && channel : !token && !channel), {
    error: 'needs token and channel, or webhook_url alone: a webhook has its channel already',
  });
export type Options = z.output<typeof options>;
