import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { isUniqueViolation } from '../../../../src/infrastructure/postgres/errors.ts';
import { PostgresFraudReader } from '../../../../src/modules/fraud/adapters/postgres/postgres-fraud-reader.ts';
import { postgresFraudStores } from '../../../../src/modules/fraud/adapters/postgres/stores.ts';
import { idOf } from '../../../support/clock.ts';
import { aCase, anAssessment, fraudContract } from '../../../support/contracts/fraud-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of fraud', () => {
  const database = withDatabase();

  const make = () => {
    const own = database().as('fraud');
    return { transaction: postgresTransaction(own, postgresFraudStores), reader: new PostgresFraudReader(own.knex) };
  };

  fraudContract(() => Promise.resolve(make()));

  it('has one open case at most for each partner of an order', async () => {
    const { transaction } = make();
    const open = (n: number, p: number) =>
      transaction.run(async ({ assessments, cases }) => {
        const assessment = anAssessment(n, { orderId: idOf('ord', 1), partnerId: idOf('par', p), verdict: 'review' });
        await assessments.add([assessment]);
        await cases.save([aCase(n, { assessment })]);
      });
    await open(1, 1);
    await open(2, 2);

    const refusal = await open(3, 1).catch((error: unknown) => error);

    expect(isUniqueViolation(refusal, 'open_case_by_order')).to.equal(true);
  });

  it('lets no rule reject: a rejection names a person', async () => {
    const { transaction } = make();

    const refusal = await transaction
      .run(({ assessments }) => assessments.add([anAssessment(1, { verdict: 'reject' })]))
      .catch((error: unknown) => error);

    expect(refusal).to.be.instanceOf(Error).with.property('code', '23514');
  });

  it('never changes an assessment that was made', async () => {
    const { knex } = database().as('fraud');

    for (const sql of [`update fraud.assessments set verdict = 'allow'`, 'delete from fraud.assessments']) {
      const error = await rowsOf(knex, sql).catch((refusal: unknown) => refusal);
      expect(error, sql).to.be.instanceOf(Error).with.property('code', '42501');
    }
  });
});
