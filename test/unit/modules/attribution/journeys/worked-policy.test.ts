import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../../../../../src/modules/attribution/domain/deciding/decide.ts';
import type { Candidate, Standing } from '../../../../../src/modules/attribution/domain/deciding/journey.ts';
import { readRules } from '../../../../../src/modules/attribution/domain/policy/read-policy.ts';
import { projectRoot } from '../../../../../src/infrastructure/system/root.ts';
import { instant } from '../../../../../src/shared/instant.ts';
import { idOf } from '../../../../support/clock.ts';

const NAMES = ['ANA', 'BOB', 'CARL', 'EXTENSION', 'LENA', 'LAUNCH_PARTNER'];
const partner = (name: string) => idOf('par', NAMES.indexOf(name) + 1);

const docs = readFileSync(join(projectRoot(), 'docs/attribution.md'), 'utf8');
const [, body = ''] =
  /attribution-policies [^\n]* -d '(\{[\s\S]*?\n {2}\} \})'/.exec(docs.replaceAll("'$", '$').replaceAll('\'"', '"')) ??
  [];
const { rules } = JSON.parse(
  body.replace(/\$([A-Z_]+)/g, (_, name: string) => (name === 'PROGRAM' ? idOf('prg', 1) : partner(name))),
) as { rules: unknown };

const standings: readonly Standing[] = NAMES.map((name) => ({
  partnerId: partner(name),
  state: 'approved',
  ...(name === 'EXTENSION' && { groups: ['extensions'] }),
}));

let count = 0;
const touch = (name: string, occurredAt: string, more: Partial<Candidate> = {}): Candidate => ({
  clickId: idOf('clk', (count += 1)),
  programId: idOf('prg', 1),
  partnerId: partner(name),
  occurredAt: instant(occurredAt),
  ...more,
});

const decideOn = (candidates: readonly Candidate[]) => {
  const reading = readRules(rules);
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  const order = { orderId: idOf('ord', 1), programId: idOf('prg', 1), placedAt: instant('2026-04-02T12:00:00Z') };
  return decide(order, candidates, standings, { version: 2, rules: reading.rules });
};

const sharesOf = (candidates: readonly Candidate[]) => {
  const { outcome } = decideOn(candidates);
  const credits = outcome.kind === 'attributed' ? (outcome.credits ?? []) : [];
  return Object.fromEntries(credits.map(({ partnerId, share }) => [partnerId, share]));
};

describe('the worked policy of docs/attribution.md', () => {
  const review = touch('ANA', '2026-01-20T10:00:00Z');
  const drive = touch('BOB', '2026-02-15T10:00:00Z', { kind: 'test_drive' });
  const newsletter = touch('CARL', '2026-04-01T12:00:00Z');
  const extension = touch('EXTENSION', '2026-04-02T11:50:00Z');
  const fateOf = (candidates: readonly Candidate[], { clickId }: Candidate) =>
    decideOn(candidates).considered.find((each) => each.clickId === clickId)?.fate;

  it('divides as the page says', () => {
    const parts = { [partner('ANA')]: '3/10', [partner('BOB')]: '1/5', [partner('CARL')]: '1/2' };

    expect(sharesOf([review, drive, newsletter])).to.deep.equal(parts);
    expect(sharesOf([review, drive, newsletter, extension])).to.deep.equal(parts);
  });

  it('turns the extension away for the reasons the page names', () => {
    const late = touch('CARL', '2026-04-02T11:20:00Z');

    expect(fateOf([review, drive, newsletter, extension], extension)).to.equal('in_cart');
    expect(fateOf([review, drive, late, extension], extension)).to.equal('stood_down');
  });

  it('gives all to whose code was typed', () => {
    const typed = touch('LENA', '2026-04-02T12:00:00Z', { kind: 'coupon', code: 'lena5' });

    expect(sharesOf([review, drive, newsletter, typed])).to.deep.equal({ [partner('LENA')]: '1/1' });
  });
});
