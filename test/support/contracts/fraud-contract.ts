import { expect } from 'chai';
import type { Assessment } from '../../../src/modules/fraud/domain/assessment.ts';
import type { FraudCase } from '../../../src/modules/fraud/domain/fraud-case.ts';
import type { Facts } from '../../../src/modules/fraud/domain/rules.ts';
import type { FraudReader } from '../../../src/modules/fraud/ports/fraud-reader.ts';
import type { FraudTransaction } from '../../../src/modules/fraud/ports/fraud-stores.ts';
import { instant, plusMs } from '../../../src/shared/instant.ts';
import { decodeCursor } from '../../../src/shared/page.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const noon = instant('2018-01-10T12:00:00Z');

export const someFacts = (overrides: Partial<Facts> = {}): Facts => ({
  clickedAt: noon,
  placedAt: plusMs(noon, 1_800_000),
  live: true,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0',
  emails: 'different',
  ...overrides,
});

export const anAssessment = (n: number, overrides: Partial<Assessment> = {}): Assessment => ({
  assessmentId: idOf('asm', n),
  conversionId: idOf('cnv', n),
  orderId: idOf('ord', n),
  programId: idOf('prg', 1),
  partnerId: idOf('par', 1),
  clickId: idOf('clk', n),
  verdict: 'allow',
  rulesVersion: 1,
  facts: someFacts(),
  findings: [],
  assessedAt: noon,
  ...overrides,
});

export const aCase = (n: number, overrides: Partial<FraudCase> = {}): FraudCase => ({
  caseId: idOf('cas', n),
  assessment: anAssessment(n, { verdict: 'review' }),
  state: 'open',
  openedAt: noon,
  ...overrides,
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export interface FraudSides {
  readonly transaction: FraudTransaction;
  readonly reader: FraudReader;
}

/** What every store of assessments and cases promises; the fake and the real one both run through it. */
export const fraudContract = (make: () => Promise<FraudSides>): void => {
  const review = { reviewer: 'rita', reason: 'a real customer' };

  const withCases = async (...cases: readonly FraudCase[]): Promise<FraudSides> => {
    const sides = await make();
    await sides.transaction.run(async (stores) => {
      await stores.assessments.add(cases.map(({ assessment }) => assessment));
      await stores.cases.save(cases);
    });
    return sides;
  };

  it('gives assessments back as they were made, of one order if asked, page by page', async () => {
    const { transaction, reader } = await make();
    const finding = { code: 'bot_user_agent', value: 'curl', threshold: 'none', action: 'review' as const };
    const first = anAssessment(1, { verdict: 'review', findings: [finding], facts: someFacts({ botSign: 'curl' }) });
    const second = anAssessment(2, { orderId: idOf('ord', 1), review });
    await transaction.run(({ assessments }) => assessments.add([second, first, anAssessment(3)]));

    const page = await reader.assessments({ limit: 2 });
    const next = await reader.assessments({ limit: 2, after: decodeCursor(page.nextCursor ?? '') });

    expect(plain(page.data)).to.deep.equal(plain([first, second]));
    expect(plain(next)).to.deep.equal({ data: [plain(anAssessment(3))], nextCursor: null });
    expect(plain((await reader.assessments({ limit: 9 }, idOf('ord', 1))).data)).to.deep.equal(plain([first, second]));
  });

  it('remembers what people said', async () => {
    const { transaction } = await make();
    const rejected = anAssessment(1, { verdict: 'reject', review });
    const allowed = anAssessment(4, { orderId: idOf('ord', 2), review });
    await transaction.run(({ assessments }) =>
      assessments.add([rejected, anAssessment(2), anAssessment(3, { verdict: 'reject', review }), allowed]),
    );

    const found = await transaction.run(({ assessments }) => assessments.reviewed([idOf('ord', 1), idOf('ord', 2)]));

    expect(plain(found)).to.deep.equal([plain(rejected), plain(allowed)]);
  });

  it('finds open cases by order, and closed ones no more', async () => {
    const { transaction } = await withCases(aCase(1), aCase(2), aCase(3));
    await transaction.run(({ cases }) => cases.save([{ ...aCase(2), state: 'allowed', closedAt: noon, review }]));

    const open = await transaction.run(({ cases }) => cases.open([idOf('ord', 1), idOf('ord', 2)]));

    expect(plain(open)).to.deep.equal([plain(aCase(1))]);
  });

  it('keeps what a case is about now, and how it ended', async () => {
    const { transaction, reader } = await withCases(aCase(1));
    const assessment = anAssessment(7, { orderId: idOf('ord', 1), partnerId: idOf('par', 2), verdict: 'review' });
    const ended: FraudCase = { ...aCase(1), assessment, state: 'rejected', closedAt: plusMs(noon, 5), review };
    await transaction.run(async ({ assessments, cases }) => {
      await assessments.add([assessment]);
      await cases.save([ended]);
    });

    expect(plain(await reader.case(idOf('cas', 1)))).to.deep.equal(plain(ended));
    expect(plain(await transaction.run(({ cases }) => cases.get(idOf('cas', 1))))).to.deep.equal(plain(ended));
  });

  it('knows no case that was never opened', async () => {
    const { transaction, reader } = await make();

    await rejects(
      transaction.run(({ cases }) => cases.get(idOf('cas', 9))),
      'fraud.unknown_case',
    );
    expect(await reader.case(idOf('cas', 9))).to.equal(undefined);
  });

  it('lists cases page by page, of one state if asked', async () => {
    const { reader } = await withCases(aCase(1), aCase(2, { state: 'dropped', closedAt: noon }), aCase(3));

    const page = await reader.cases({ limit: 2 });
    const next = await reader.cases({ limit: 2, after: decodeCursor(page.nextCursor ?? '') });

    expect(page.data.map(({ caseId }) => caseId)).to.deep.equal([idOf('cas', 1), idOf('cas', 2)]);
    expect(next.data.map(({ caseId }) => caseId)).to.deep.equal([idOf('cas', 3)]);
    expect((await reader.cases({ limit: 9 }, 'open')).data).to.have.length(2);
  });

  it('keeps nothing of a transaction that failed', async () => {
    const { transaction, reader } = await make();

    await transaction
      .run(async ({ assessments }) => {
        await assessments.add([anAssessment(1)]);
        throw new Error('too late');
      })
      .catch(() => undefined);

    expect((await reader.assessments({ limit: 9 })).data).to.be.empty;
  });
};
