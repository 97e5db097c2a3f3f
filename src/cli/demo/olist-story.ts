/** Real orders, month by month: posted through the API, shuffled with a seed, a tenth of them twice. */
import { type Month, monthOf } from '../../shared/calendar.ts';
import { grouped } from '../../shared/grouped.ts';
import { instant } from '../../shared/instant.ts';
import { SeededRandom } from '../seeded-random.ts';
import { readOlist } from './olist.ts';
import type { Script, ScriptedPartner } from './story.ts';
import type { PostedEvent } from './world.ts';

const ZONE = 'America/Sao_Paulo';
const SEED = 2018;
const ONE_IN = 10;

const brl = (minor: string) => ({ minor, currency: 'BRL' });
const category = (name: string, percent: string, rank: number) => ({
  name,
  rank,
  when: { fact: 'line.category', equals: name },
  amount: { percent },
});

/** Version 1: by category, 250.00 at most an order, vests on delivery, locks 30 days after it. */
const TERMS = {
  currency: 'BRL',
  rounding: 'half_up',
  groups: [
    category('informatica_acessorios', '3', 1),
    category('beleza_saude', '8', 2),
    category('relogios_presentes', '6.5', 3),
    { name: 'all else', rank: 4, when: { all: [] }, amount: { percent: '5' } },
  ],
  limits: [{ per: 'order', amount: brl('25000') }],
  vesting: [{ milestone: 'delivered', percent: '100' }],
  returnWindowDays: 30,
};

export const olistStory = (folder: string): Script => {
  const { sellers, clicks, events } = readOlist(folder);
  const random = new SeededRandom(SEED);
  const monthOfEvent = ({ time }: PostedEvent): Month => monthOf(time, ZONE);
  const clicksIn = grouped(clicks, monthOfEvent);
  const eventsIn = grouped(events, monthOfEvent);
  return {
    title: `Olist: ${new Set(events.map(({ subject }) => subject)).size} real orders, ${sellers.length} sellers as partners`,
    program: {
      name: 'Olist marketplace',
      currency: 'BRL',
      timeZone: ZONE,
      destination: 'https://olist.example/',
      allowedHosts: ['olist.example'],
      minimumPayout: brl('2000'),
    },
    timeZone: ZONE,
    bankAccount: {
      holder: 'Olist marketplace',
      account: { scheme: 'domestic', number: '000000000001' },
      bank: { scheme: 'domestic', code: '001' },
      town: 'Curitiba',
      country: 'BR',
    },
    terms: TERMS,
    termsFrom: instant('2016-01-01T00:00:00Z'),
    partners: sellers.map(partnerOf),
    from: instant('2016-09-01T03:00:00Z'),
    until: instant('2018-12-31T00:00:00Z'),
    size: clicks.length + Math.round(events.length * (1 + 1 / ONE_IN)),
    playMonth: async (world, { month, until }) => {
      await world.moveTo(until);
      await world.post(clicksIn.get(month) ?? [], (accepted) => (world.tally.clicks += accepted));
      await world.post(shuffledTwice(eventsIn.get(month) ?? [], random), (accepted, duplicate) => {
        world.tally.accepted += accepted;
        world.tally.duplicate += duplicate;
      });
    },
  };
};

/** In any order, and every tenth of them a second time, somewhere. */
const shuffledTwice = (events: readonly PostedEvent[], random: SeededRandom): readonly PostedEvent[] => {
  const shuffled = random.shuffled(events);
  return random.shuffled([...shuffled, ...shuffled.filter((_, index) => index % ONE_IN === 0)]);
};

/** Sellers have no bank details in the data: each gets an account of its own, made from its id. */
const partnerOf = (seller: string): ScriptedPartner => {
  const name = `Seller ${seller.slice(0, 8)}`;
  return {
    ref: seller,
    name,
    email: `${seller}@sellers.example`,
    kind: 'affiliate',
    payoutProfile: {
      holder: name,
      account: {
        scheme: 'domestic',
        number: (BigInt(`0x${seller.slice(0, 12)}`) % 10n ** 12n).toString().padStart(12, '0'),
      },
      bank: { scheme: 'domestic', code: '001' },
      town: 'São Paulo',
      country: 'BR',
    },
  };
};
