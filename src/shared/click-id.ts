import { type Id, isId } from './ids.ts';

/** Of the form `attribution/domain/traffic/click-token.ts` describes; longer than any of it. */
const SIGNED = /^\.[0-9A-Za-z_-]{1,170}$/;
const ID_LENGTH = 30;

/**
 * The click that a click id names: the id alone, or with what signs it behind a dot, as it travels through a browser.
 * Says nothing about whether the signature is genuine: it matters where nobody knows the click otherwise.
 */
export const bareClickId = (text: string): Id<'clk'> | undefined => {
  const id = text.slice(0, ID_LENGTH);
  const isWhole = text.length === ID_LENGTH || SIGNED.test(text.slice(ID_LENGTH));
  return isWhole && isId('clk', id) ? id : undefined;
};
