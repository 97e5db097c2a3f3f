/** Aurora Motors & Robotics, its partners, what it sells and what it pays: on stage in the built-in story and in `make run`. */
import type { ScriptedPartner } from './story.ts';

export const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36';

const eur = (minor: string) => ({ minor, currency: 'EUR' });

export const PROGRAM = {
  name: 'Aurora Motors & Robotics',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  destination: 'https://aurora.example/',
  allowedHosts: ['aurora.example'],
  minimumPayout: eur('2000'),
};

export const BANK_ACCOUNT = {
  holder: PROGRAM.name,
  account: { scheme: 'iban', number: 'DE02120300000000202051' },
  bank: { scheme: 'bic', code: 'BYLADEM1001' },
  town: 'Berlin',
  country: 'DE',
};

export const TERMS = {
  currency: 'EUR',
  rounding: 'half_up',
  groups: [
    {
      name: 'robots',
      rank: 10,
      when: { fact: 'line.category', in: ['home_robot', 'garden_robot'] },
      amount: { percent: '4' },
    },
    { name: 'cars', rank: 20, when: { fact: 'line.category', equals: 'car' }, amount: { percent: '1.25' } },
    { name: 'accessories', rank: 30, when: { all: [] }, amount: { percent: '8' } },
  ],
  limits: [{ per: 'order', amount: eur('90000') }],
  vesting: [
    { milestone: 'confirmed', percent: '40' },
    { milestone: 'delivered', percent: '60' },
  ],
  returnWindowDays: 30,
};

export const PARTNERS: readonly ScriptedPartner[] = [
  partner('lena-drives', 'Lena drives', 'creator', ['DE89370400440532013000', 'COBADEFFXXX', 'Köln']),
  partner('nordlicht', 'Autohaus Nordlicht', 'dealer', ['NL91ABNA0417164300', 'ABNANL2AXXX', 'Groningen']),
  partner('kupfer', 'Kupfer & Söhne', 'agency', ['FR1420041010050500013M02606', 'PSSTFRPPXXX', 'Lyon']),
  partner('smart-carla', 'Smart Carla', 'affiliate', ['ES9121000418450200051332', 'CAIXESBBXXX', 'Madrid']),
];

export const PRODUCTS = [
  { sku: 'AUR-ONE', category: 'car', unitPrice: eur('4290000') },
  { sku: 'AUR-TWO', category: 'car', unitPrice: eur('6890000') },
  { sku: 'R-HOME', category: 'home_robot', unitPrice: eur('1290000') },
  { sku: 'R-LAWN', category: 'garden_robot', unitPrice: eur('249000') },
] as const;
export const CHARGER = { sku: 'WALLBOX', category: 'accessory', unitPrice: eur('74900') };

export const lineOf = (lineRef: string, product: object, quantity = 1): object => ({ lineRef, quantity, ...product });

/** An account: IBAN, BIC, town; the country stands in the IBAN. */
function partner(
  ref: string,
  name: string,
  kind: ScriptedPartner['kind'],
  [number, code, town]: readonly [string, string, string],
): ScriptedPartner {
  const account = { scheme: 'iban', number };
  const payoutProfile = { holder: name, account, bank: { scheme: 'bic', code }, town, country: number.slice(0, 2) };
  return { ref, name, kind, email: `${ref}@partners.example`, payoutProfile };
}
