import { expect } from 'chai';
import fc from 'fast-check';
import {
  boundsOf,
  dayOf,
  isTimeZone,
  type Month,
  monthOf,
  nextMonth,
  parseMonth,
  wholeMonths,
} from '../../../src/shared/calendar.ts';
import { instant, instantAt } from '../../../src/shared/instant.ts';
import { rejects } from '../../support/rejects.ts';

/**
 * Zones with something unusual about them: clocks that jump at midnight (São Paulo, Asunción, Beirut), fall back over
 * midnight (Havana, Azores), leave out a day (Apia), stand a quarter or half hour off, or never move.
 */
const ZONES = [
  'America/Sao_Paulo',
  'America/Asuncion',
  'America/Havana',
  'America/Los_Angeles',
  'America/St_Johns',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'UTC',
];

const months = fc
  .tuple(fc.integer({ min: 1975, max: 2035 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}` as Month);
const zones = fc.constantFrom(...ZONES);

describe('the bounds of a month', () => {
  it('follow the clocks of the zone', () => {
    expect(boundsOf('2018-01', 'Asia/Shanghai')).to.deep.equal({
      from: '2017-12-31T16:00:00.000Z',
      until: '2018-01-31T16:00:00.000Z',
    });
    expect(boundsOf('2018-03', 'America/Los_Angeles')).to.deep.equal({
      from: '2018-03-01T08:00:00.000Z',
      until: '2018-04-01T07:00:00.000Z',
    });
    // Brazil was on summer time until 18 February 2018, at midnight, and again from 4 November, at midnight.
    expect(boundsOf('2018-02', 'America/Sao_Paulo')).to.deep.equal({
      from: '2018-02-01T02:00:00.000Z',
      until: '2018-03-01T03:00:00.000Z',
    });
    expect(boundsOf('2018-11', 'America/Sao_Paulo')).to.deep.equal({
      from: '2018-11-01T03:00:00.000Z',
      until: '2018-12-01T02:00:00.000Z',
    });
  });

  it('begin where the clocks land when they jump over midnight', () => {
    // Paraguay, 1 October 2017: from 00:00 straight to 01:00.
    expect(boundsOf('2017-10', 'America/Asuncion').from).to.equal('2017-10-01T04:00:00.000Z');
    expect(monthOf(instant('2017-10-01T03:59:59.999Z'), 'America/Asuncion')).to.equal('2017-09');
    expect(monthOf(instant('2017-10-01T04:00:00Z'), 'America/Asuncion')).to.equal('2017-10');
  });

  it('begin at the first of two midnights when the clocks fall back over it', () => {
    // Cuba, 1 November 2020: from 01:00 back to 00:00.
    expect(boundsOf('2020-11', 'America/Havana').from).to.equal('2020-11-01T04:00:00.000Z');
    expect(monthOf(instant('2020-11-01T04:00:00Z'), 'America/Havana')).to.equal('2020-11');
    expect(monthOf(instant('2020-11-01T03:59:59.999Z'), 'America/Havana')).to.equal('2020-10');
  });

  it('hold 29 days in a leap February and 28 in another', () => {
    const days = (month: Month): number => {
      const { from, until } = boundsOf(month, 'Asia/Shanghai');
      return (Date.parse(until) - Date.parse(from)) / 86_400_000;
    };
    expect([days('2024-02'), days('2023-02'), days('2000-02'), days('1900-02')]).to.deep.equal([29, 28, 29, 28]);
  });

  it('tile time without a gap or an overlap', () => {
    fc.assert(
      fc.property(months, zones, (month, zone) => {
        const { from, until } = boundsOf(month, zone);
        expect(from < until).to.equal(true);
        expect(boundsOf(nextMonth(month), zone).from).to.equal(until);
      }),
      { numRuns: 500 },
    );
  });

  it('hold exactly the moments whose month it is', () => {
    fc.assert(
      fc.property(months, zones, fc.double({ min: 0, max: 1, noNaN: true }), (month, zone, fraction) => {
        const { from, until } = boundsOf(month, zone);
        const [start, end] = [Date.parse(from), Date.parse(until)];
        expect(monthOf(from, zone)).to.equal(month);
        expect(monthOf(instantAt(end - 1), zone)).to.equal(month);
        expect(monthOf(until, zone)).to.equal(nextMonth(month));
        expect(monthOf(instantAt(start - 1), zone)).to.not.equal(month);
        expect(monthOf(instantAt(Math.floor(start + fraction * (end - 1 - start))), zone)).to.equal(month);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the months of business', () => {
  it('have bounds that can be written and compared, from the first to the last, in every zone', () => {
    for (const zone of ZONES) {
      for (const month of ['1970-01', '8999-12']) {
        const { from, until } = boundsOf(parseMonth(month), zone);
        expect([from, until].every((at) => /^\d{4}-/.test(at)) && from < until, `${month} ${zone}`).to.equal(true);
      }
    }
  });
});

describe('the day of a moment', () => {
  it('is known up to the last moment there is', () => {
    for (const zone of ZONES) expect(dayOf(instant('9999-12-31T23:59:59Z'), zone)).to.match(/^9999-12-31$/);
  });

  it('is what the calendar on the wall of the zone shows', () => {
    const at = instant('2018-02-18T02:30:00Z');
    expect(dayOf(at, 'UTC')).to.equal('2018-02-18');
    expect(dayOf(at, 'America/Sao_Paulo')).to.equal('2018-02-17'); // 23:30 for the second time
    expect(dayOf(at, 'America/Los_Angeles')).to.equal('2018-02-17');
    expect(dayOf(instant('2024-02-29T16:00:00Z'), 'Asia/Shanghai')).to.equal('2024-03-01');
    expect(dayOf(instant('1583-01-02T00:00:00Z'), 'UTC')).to.equal('1583-01-02');
  });

  it('leaves out the day that Samoa left out', () => {
    expect(dayOf(instant('2011-12-30T09:59:59Z'), 'Pacific/Apia')).to.equal('2011-12-29');
    expect(dayOf(instant('2011-12-30T10:00:00Z'), 'Pacific/Apia')).to.equal('2011-12-31');
  });
});

describe('a month', () => {
  it('is followed by the next, also over the new year', () => {
    expect(nextMonth('2018-11')).to.equal('2018-12');
    expect(nextMonth('2018-12')).to.equal('2019-01');
    expect(nextMonth('2018-09')).to.equal('2018-10');
  });

  it('is read from four digits and two, and from nothing else', async () => {
    expect(parseMonth('2018-11')).to.equal('2018-11');
    for (const text of [
      '2018-13',
      '2018-00',
      '2018-1',
      '18-01',
      '2018-01-01',
      '',
      '2018-01\n',
      '1969-12',
      '0001-01',
      '9000-01',
      '9999-12',
    ]) {
      await rejects(() => parseMonth(text), 'month.malformed');
    }
  });
});

describe('a time zone', () => {
  it('is one the runtime knows', () => {
    expect(ZONES.every(isTimeZone)).to.equal(true);
    expect(['Mars/Olympus', '', 'America/Sao Paulo', '__proto__'].some(isTimeZone)).to.equal(false);
  });
});

describe('whole months', () => {
  it('are over on the same day, or on the last of a month that does not have it', () => {
    const since = (to: string): number => wholeMonths('2018-01-31T18:00:00.000', `${to}T00:00:00.000`);

    expect(['2018-02-27', '2018-02-28', '2018-03-30', '2018-03-31', '2019-01-31'].map(since)).to.deep.equal([
      0, 1, 1, 2, 12,
    ]);
    expect(since('2017-12-31'), 'before').to.equal(0);
  });
});
