import { expect } from 'chai';
import { recruitersOf } from '../../../../src/modules/commission/domain/life-cycle/recruits.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

describe('a recruiter’s months', () => {
  it('are over on the last day of a month that has no such day', () => {
    const [own, recruiter] = [idOf('par', 1), idOf('par', 2)];
    const about = { programId: idOf('prg', 1), state: 'approved' as const };
    const enrolments = new Map([
      [own, { ...about, partnerId: own, recruitedBy: recruiter, approvedAt: instant('2018-01-31T18:00:00Z') }],
      [recruiter, { ...about, partnerId: recruiter }],
    ]);
    const recruitersOn = (day: string): number =>
      recruitersOf({ recruits: [{ level: 1, percent: '10', months: 1 }] }, own, enrolments, {
        placedAt: instant(`${day}T12:00:00Z`),
        timeZone: 'UTC',
      }).length;

    expect(['2018-02-27', '2018-02-28', '2018-03-01'].map(recruitersOn)).to.deep.equal([1, 0, 0]);
  });
});
