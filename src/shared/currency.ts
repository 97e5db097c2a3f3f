import { AppError } from './errors.ts';

/**
 * ISO 4217, the active list of funds and currencies that people are paid in: how many decimals a major unit has.
 * Source: ISO 4217 maintenance agency, list one (2026). Metals, bond-market units and the test codes are left out.
 */
const TWO = `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`;
const ZERO = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';

const EXPONENT = new Map<string, number>([
  ...TWO.split(/\s+/).map((code) => [code, 2] as const),
  ...ZERO.split(' ').map((code) => [code, 0] as const),
  ...THREE.split(' ').map((code) => [code, 3] as const),
]);

export const isCurrency = (code: string): boolean => EXPONENT.has(code);

/** Decimals of a major unit. Throws `money.unknown_currency`. */
export const exponentOf = (code: string): number => {
  const exponent = EXPONENT.get(code);
  if (exponent === undefined)
    throw new AppError('invalid', 'money.unknown_currency', `"${code}" is not an ISO 4217 currency`);
  return exponent;
};
