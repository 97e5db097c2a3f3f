import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** Source: the Standard Webhooks specification 1.0.0, `spec/standard-webhooks.md`, "Verifying webhook authenticity". */
export const signatures = (
  secrets: readonly string[],
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string },
): string =>
  secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
