import { expect } from 'chai';
import { CopyRows, escaped } from '../../../src/infrastructure/postgres/copy.ts';
import { toUuid } from '../../../src/shared/ids.ts';
import { JsonText } from '../../../src/shared/json-text.ts';
import { idOf } from '../../support/clock.ts';

const written = (write: (rows: CopyRows) => void): string => {
  const rows = new CopyRows(4);
  write(rows);
  return rows.written().toString();
};

describe('rows for COPY', () => {
  it('grow beyond what was guessed, in UTF-8', () => {
    const text = '語😀é'.repeat(50);

    const rows = written((into) => {
      into.text(`${text}\t`);
      into.json(new JsonText(`{"a":"${text}"}`));
      into.text('\n');
    });

    expect(rows).to.equal(`${text}\t{"a":"${text}"}\n`);
  });

  it('say a backslash of JSON twice, whoever wrote the JSON', () => {
    const value = { a: 'tab\t line\n quote" back\\' };
    const twice = JSON.stringify(value).replaceAll('\\', '\\\\');

    expect(written((rows) => rows.json(value))).to.equal(twice);
    expect(written((rows) => rows.json(new JsonText(JSON.stringify(value))))).to.equal(twice);
  });

  it('say an id as the uuid it stores, with the tab behind it', () => {
    const id = idOf('evt', 7);

    expect(written((rows) => rows.uuid(id))).to.equal(`${toUuid(id)}\t`);
  });

  it('say what stands between rows and values in letters', () => {
    expect(escaped('a\tb\nc\rd\\')).to.equal('a\\tb\\nc\\rd\\\\');
  });
});
