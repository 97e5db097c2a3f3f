/**
 * Where a visitor is sent, from the link and what hangs on to its address.
 *
 * - `sub1` … `sub5`, `campaign`: the partner's notes; kept with the click, 100 characters each, the rest cut off.
 * - `to`: another page, as a path or a whole address. It must lie on a host the program allows, or on the host the link
 *   leads to anyway; otherwise the link's own page it is, and the click bears the signal `deep_link_refused`. From a link
 *   to https nobody is led to http: such a page is asked for by https.
 * - `utm_…` and the click ids of ad networks (`gclid` …): passed on to a page that does not bear them already.
 * - `consent`: see `visit.ts`.
 *
 * All else is ignored: an address that was hung on to is still followed.
 */
import { allowedPage } from './link.ts';
import { type SubIds, SUB_IDS } from './touchpoint.ts';

export interface Landing {
  readonly page: string;
  readonly subs?: SubIds | undefined;
  readonly campaign?: string | undefined;
  readonly consentAsked?: string | null | undefined;
  readonly signals: readonly string[];
}

export interface LandingRules {
  readonly page: string;
  readonly allowedHosts: readonly string[];
}

const MAX_NOTE = 100;
const MAX_PAGE = 4_096;
const CAMPAIGN = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const;
/** Ad networks count by them, and cut they would be nobody's. */
const AD_CLICKS = ['gclid', 'gbraid', 'wbraid', 'msclkid', 'fbclid', 'ttclid'] as const;
const AD_CLICK = /^[\w.~-]{1,500}$/;

export const landingOf = (rules: LandingRules, query: string): Landing => {
  if (query === '') return { page: rules.page, signals: [] };
  const asked = new URLSearchParams(query);
  const { page, refused } = pageAsked(rules, asked.get('to'));
  return {
    page: withCampaign(page, asked),
    subs: subsOf(asked),
    campaign: note(asked.get('campaign')),
    consentAsked: asked.get('consent'),
    signals: refused ? ['deep_link_refused'] : [],
  };
};

const subsOf = (asked: URLSearchParams): SubIds | undefined => {
  let given: Partial<Record<(typeof SUB_IDS)[number], string>> | undefined;
  for (const name of SUB_IDS) {
    const value = note(asked.get(name));
    if (value !== undefined) (given ??= {})[name] = value;
  }
  return given;
};

/** What a database and a report can show; U+FFFD already stands where bytes were no text. */
const note = (text: string | null): string | undefined => {
  const shown = text?.replace(CONTROLS, '').trim();
  if (shown === undefined || shown === '') return undefined;
  return shown.length <= MAX_NOTE ? shown : Array.from(shown).slice(0, MAX_NOTE).join('');
};

/** All that `\p{Cc}` is, by what it is not: looked for by units of the text, not by characters. */
const CONTROLS = /[^ -~\u00a0-\uffff]/g;

const pageAsked = (
  { page, allowedHosts }: LandingRules,
  to: string | null,
): { readonly page: string; readonly refused?: true } => {
  if (to === null || to === '') return { page };
  if (!URL.canParse(to, page)) return { page, refused: true };
  const safe = asSafeAs(page, new URL(to, page));
  const wanted = safe && allowedPage(safe, { allowedHosts: [...allowedHosts, new URL(page).host] });
  return wanted === undefined || wanted.length > MAX_PAGE ? { page, refused: true } : { page: wanted };
};

/** Nothing, where a port was named for http: what listens there does not speak https. */
const asSafeAs = (page: string, wanted: URL): string | undefined => {
  if (wanted.protocol !== 'http:' || !page.startsWith('https:')) return wanted.href;
  if (wanted.port !== '') return undefined;
  wanted.protocol = 'https:';
  return wanted.href;
};

const withCampaign = (page: string, asked: URLSearchParams): string => {
  const passed = passedIn(asked);
  if (passed.length === 0) return page;
  const url = new URL(page);
  for (const [name, value] of passed) if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return url.href.length > MAX_PAGE ? page : url.href;
};

/** In loops, for nearly everybody has none of them. */
const passedIn = (asked: URLSearchParams): readonly (readonly [string, string])[] => {
  const passed: [string, string][] = [];
  for (const name of CAMPAIGN) {
    const value = note(asked.get(name));
    if (value !== undefined) passed.push([name, value]);
  }
  for (const name of AD_CLICKS) {
    const value = asked.get(name);
    if (value !== null && AD_CLICK.test(value)) passed.push([name, value]);
  }
  return passed;
};
