import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareAnswered, storedClicks, untilStored } from '../../../bench/support/answered-clicks.ts';
import { asOwner } from '../../../bench/support/database.ts';
import { derivedId, type Id, toUuid } from '../../../src/shared/ids.ts';
import { withDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';

const click = (name: string): Id<'clk'> => derivedId('clk', name);
const program = toUuid(derivedId('prg', 'bench'));
const partner = toUuid(derivedId('par', 'bench'));

/** As the edge tells of a touch; told twice, it has two numbers. */
const said = (name: string, time = 1): string => `
  insert into attribution.outbox (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, payload)
  values (gen_random_uuid(), 'attribution.touch_taken', 1, 'touch:${click(name)}', ${time}, 'x', now(), '{}')`;
/** As a worker makes a touchpoint of it. */
const kept = (name: string): string => `
  insert into attribution.touchpoints (click_id, program_id, link_code, partner_id, occurred_at, recorded_at, live)
  values ('${toUuid(click(name))}', '${program}', 'link', '${partner}', now(), now(), true)`;

describe('holding answered clicks against what is stored', () => {
  const database = withDatabase();
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  const answered = (...tokens: readonly string[]): string => {
    const file = join(folder.path, 'answered');
    writeFileSync(file, tokens.map((token) => `${token}\n`).join(''));
    return file;
  };

  it('finds each, in the outbox or as a touchpoint or both, signed or bare', async () => {
    await asOwner(database().url, [said('a'), said('b'), kept('b'), kept('c')]);

    const comparison = await compareAnswered(database().url, answered(`${click('a')}.1signed`, click('b'), click('c')));

    expect(comparison).to.deep.equal({ answered: 3, lost: 0, doubled: 0, untouched: 1, untold: 0 });
  });

  it('counts what is lost, what is there twice, and what nobody was told of', async () => {
    await asOwner(database().url, [said('a'), said('a', 2), said('nobody'), kept('nobody'), kept('nobody else')]);

    const comparison = await compareAnswered(database().url, answered(click('a'), click('gone'), click('gone too')));

    expect(comparison).to.deep.equal({ answered: 3, lost: 2, doubled: 1, untouched: 3, untold: 2 });
  });

  it('counts a click that two visitors were given as doubled', async () => {
    await asOwner(database().url, [said('a')]);

    expect(await compareAnswered(database().url, answered(click('a'), click('a')))).to.include({ lost: 0, doubled: 1 });
  });

  it('waits no longer than its patience for what does not come', async () => {
    await asOwner(database().url, [said('a'), kept('b')]);

    expect(await storedClicks(database().url)).to.equal(2);
    expect(await untilStored(database().url, 2, 5_000)).to.be.below(1_000);
    expect(await untilStored(database().url, 3, 300)).to.be.above(300);
  });
});
