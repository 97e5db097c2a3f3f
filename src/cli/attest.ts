/** `tributary attest`: looks at every promise now and writes the page that says what holds. */
import type { App } from '../infrastructure/compose.ts';
import { Attest } from '../modules/settlement/application/audit/attest.ts';
import { attestationText, type Language } from '../modules/settlement/domain/audit/attestation-text.ts';

/** Whether everything holds. */
export const attest = async (app: App, language: Language): Promise<boolean> => {
  const attestation = await app.ask(Attest).run();
  process.stdout.write(attestationText(attestation, language));
  return attestation.holds;
};
