/** `docs/terms.schema.json`: what `GET /v1/schemas/terms` answers, for whoever reads a repository and not a server. */
import { format } from 'prettier';
import { termsSchema } from '../src/modules/commission/domain/terms/reading/terms-form.ts';

export const termsDocument = (): Promise<string> =>
  format(JSON.stringify(termsSchema), { parser: 'json', printWidth: 120 });
