import { expect } from 'chai';
import fc from 'fast-check';
import { PERIODS } from '../../../../src/modules/commission/domain/periods/figures.ts';
import { periodAt } from '../../../../src/modules/commission/domain/periods/periods.ts';
import { dayOf } from '../../../../src/shared/calendar.ts';
import { epochMs, instant, instantAt, msBetween, plusMs } from '../../../../src/shared/instant.ts';

const HOUR_MS = 3_600_000;
const zones = fc.constantFrom(
  'UTC',
  'America/Sao_Paulo',
  'America/Havana',
  'Europe/Berlin',
  'Asia/Beirut',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
);
const moments = fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2035, 0) }).map(instantAt);
const cut = fc.constantFrom(...PERIODS.filter((period) => period !== 'life'));

describe('the period of a moment', () => {
  it('has 23, 24 or 25 hours a day, as the clocks of the zone go', () => {
    const hours = (at: string): number => {
      const { from, until } = periodAt('day', instant(at), 'Europe/Berlin');
      return msBetween(from, until!) / HOUR_MS;
    };

    expect(hours('2026-03-29T12:00:00Z')).to.equal(23);
    expect(hours('2026-03-30T12:00:00Z')).to.equal(24);
    expect(hours('2026-10-25T12:00:00Z')).to.equal(25);
  });

  it('begins a week on Monday, and a quarter, a year and a life when they begin', () => {
    const of = (period: (typeof PERIODS)[number], at: string) => periodAt(period, instant(at), 'Europe/Berlin');

    expect(of('week', '2026-11-22T22:59:59Z')).to.deep.equal({
      from: '2026-11-15T23:00:00.000Z',
      until: '2026-11-22T23:00:00.000Z',
    });
    expect(of('week', '2026-11-22T23:00:00Z').from).to.equal('2026-11-22T23:00:00.000Z');
    expect(of('month', '2026-12-31T23:30:00Z').from).to.equal('2026-12-31T23:00:00.000Z');
    expect(of('quarter', '2026-11-01T12:00:00Z')).to.deep.equal({
      from: '2026-09-30T22:00:00.000Z',
      until: '2026-12-31T23:00:00.000Z',
    });
    expect(of('year', '2026-12-31T23:30:00Z')).to.deep.equal({
      from: '2026-12-31T23:00:00.000Z',
      until: '2027-12-31T23:00:00.000Z',
    });
    expect(of('life', '2026-11-22T23:00:00Z').until).to.equal(undefined);
  });

  it('holds the moment, is the same for its first and last, and leaves no gap to the next', () => {
    fc.assert(
      fc.property(cut, moments, zones, (period, at, zone) => {
        const bounds = periodAt(period, at, zone);
        const { from, until } = bounds;
        expect(from <= at && at < until!).to.equal(true);
        expect(periodAt(period, from, zone)).to.deep.equal(bounds);
        expect(periodAt(period, plusMs(until!, -1), zone)).to.deep.equal(bounds);
        expect(periodAt(period, until!, zone).from).to.equal(until);
        expect(dayOf(plusMs(from, -1), zone)).to.not.equal(dayOf(from, zone));
        expect(epochMs(until!)).to.be.greaterThan(epochMs(from));
      }),
      { numRuns: 500 },
    );
  });
});
