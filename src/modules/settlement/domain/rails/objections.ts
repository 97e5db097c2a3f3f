/** What rails object to in what a partner has said of its money, in words for people; whoever pays, it would be refused. */
export const OBJECTIONS = {
  currency_not_carried: 'the way in which the partner wants its money carries other currencies alone',
  address_incomplete: 'the address of the partner has no town or no country, and banks refuse such',
  no_routing_number: 'the code of the partner’s bank is no routing number of nine digits',
  account_not_domestic: 'the account of the partner is not one that ACH reaches',
  no_wallet: 'the partner wants its money in a wallet and names none',
} as const;

export type Objection = keyof typeof OBJECTIONS;
