import { expect } from 'chai';
import { FailedAttempts } from '../../../../src/modules/identity/application/failed-attempts.ts';
import { RecentTokens } from '../../../../src/modules/identity/application/recent-tokens.ts';
import { TestWallClock } from '../../../support/clock.ts';

const actor = { subject: 'a', clientId: 'a', scopes: new Set<string>() };

describe('tokens verified a moment ago', () => {
  it('are believed for half a minute, and never past their own end', () => {
    const clock = new TestWallClock();
    const recent = new RecentTokens(clock);
    recent.add('long', actor, clock.nowMs() + 3_600_000);
    recent.add('short', actor, clock.nowMs() + 1_000);

    clock.pass(1_000);
    const afterASecond = [recent.get('long'), recent.get('short')];
    clock.pass(29_000);
    const afterHalfAMinute = recent.get('long');

    expect(afterASecond).to.deep.equal([actor, undefined]);
    expect(afterHalfAMinute).to.equal(undefined);
  });

  it('take bounded room: the oldest go first', () => {
    const clock = new TestWallClock();
    const recent = new RecentTokens(clock);

    for (let n = 0; n < 10_050; n += 1) recent.add(`token ${n}`, actor, clock.nowMs() + 60_000);

    expect(recent.size).to.equal(10_000);
    expect(recent.get('token 49')).to.equal(undefined);
    expect(recent.get('token 50')).to.equal(actor);
  });
});

describe('wrong secrets', () => {
  const wrong = () => Promise.resolve(false);
  const right = () => Promise.resolve(true);

  it('are told to wait after ten in a minute, until the minute is over', async () => {
    const clock = new TestWallClock();
    const attempts = new FailedAttempts(clock);

    const answers: (boolean | number)[] = [];
    for (let n = 0; n < 11; n += 1) answers.push(await attempts.attempt('cli_1', wrong));
    clock.pass(60_000);
    const later = await attempts.attempt('cli_1', wrong);

    expect(answers).to.deep.equal([...Array.from({ length: 10 }, () => false), 60]);
    expect(later).to.equal(false);
  });

  it('do not lock out the right one, which starts the count anew', async () => {
    const attempts = new FailedAttempts(new TestWallClock());
    for (let n = 0; n < 20; n += 1) await attempts.attempt('cli_1', wrong);

    const answer = await attempts.attempt('cli_1', right);

    expect(answer).to.equal(true);
    expect(await attempts.attempt('cli_1', wrong)).to.equal(false);
  });

  it('are tried one at a time once there were too many, and others’ names are not concerned', async () => {
    const attempts = new FailedAttempts(new TestWallClock());
    for (let n = 0; n < 20; n += 1) await attempts.attempt('cli_1', wrong);
    let finish = (_: boolean): void => undefined;

    const trying = attempts.attempt('cli_1', () => new Promise<boolean>((resolve) => (finish = resolve)));
    const busy = [attempts.isBusy('cli_1'), attempts.isBusy('cli_2')];
    finish(false);
    await trying;

    expect(busy).to.deep.equal([true, false]);
    expect(attempts.isBusy('cli_1')).to.equal(false);
  });
});
