import { localTimeOf } from '../../../../../shared/calendar.ts';
import { epochMs, type Instant, instant, isInstant } from '../../../../../shared/instant.ts';
import type { Language } from './words.ts';

/** How a moment is written. */
export type Moments = (at: Instant) => string;

/** By the clocks of a zone, with how far they are from UTC: `2026-03-01 00:00 +01:00`. Without a zone, as it is. */
export const momentsIn = (timeZone: string | undefined): Moments =>
  timeZone === undefined ? (at) => at : (at) => written(at, localTimeOf(at, timeZone));

const written = (at: Instant, local: string): string => {
  const [day = '', time = ''] = local.split('T');
  const minutes = Math.round((epochMs(instant(`${local}Z`)) - epochMs(at)) / 60_000);
  return `${day} ${time.slice(0, time.startsWith('00', 6) ? 5 : 8)} ${offsetText(minutes)}`;
};

const offsetText = (minutes: number): string => {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${[hours, rest].map((part) => String(part).padStart(2, '0')).join(':')}`;
};

const QUOTED_OR_MOMENT = /"(?:[^"\\]|\\.)*"|“[^”]*”|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** A sentence of ours with its moments written so; what it quotes of others stays word for word. */
export const rewritten = (sentence: string, moments: Moments): string =>
  sentence.replace(QUOTED_OR_MOMENT, (found) => (isInstant(found) ? moments(instant(found)) : found));

const ZONES: Readonly<Record<Language, (timeZone: string) => string>> = {
  en: (timeZone) => `times are those of ${timeZone}`,
  zh: (timeZone) => `时间均为 ${timeZone} 时区`,
};

/** Whose clocks they are, a line of its own. */
export const zoneLines = (timeZone: string | undefined, language: Language): readonly string[] =>
  timeZone === undefined ? [] : [ZONES[language](timeZone)];
