import { expect } from 'chai';
import { readTokenCall } from '../../../../src/modules/identity/adapters/http/token-request.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('reading a token request', () => {
  const credentials = { clientId: 'cli_1', clientSecret: 's:e+c ret' };

  it('takes credentials from HTTP Basic, form-encoded as RFC 6749 has it', () => {
    const call = readTokenCall(`Basic ${base64('cli_1:s%3Ae%2Bc+ret')}`, { form: 'grant_type=client_credentials' });

    expect(call).to.deep.equal({ credentials, scope: undefined });
  });

  it('takes them from a form, ignores what it does not know and what is empty', () => {
    const form = 'grant_type=client_credentials&client_id=cli_1&client_secret=s%3Ae%2Bc+ret&scope=&resource=x';

    expect(readTokenCall(undefined, { form })).to.deep.equal({ credentials, scope: undefined });
  });

  it('takes them from JSON fields', () => {
    const call = readTokenCall(undefined, {
      grant_type: 'client_credentials',
      client_id: 'cli_1',
      client_secret: 's:e+c ret',
      scope: 'a b',
    });

    expect(call).to.deep.equal({ credentials, scope: 'a b' });
  });

  const grant = 'grant_type=client_credentials';
  const refused: readonly [string, string | undefined, string, string][] = [
    ['an empty body', undefined, '', 'invalid_request'],
    ['a parameter given twice', undefined, `${grant}&${grant}`, 'invalid_request'],
    ['an unknown grant', undefined, 'grant_type=implicit', 'unsupported_grant_type'],
    ['no secret', undefined, `${grant}&client_id=cli_1`, 'invalid_client'],
    ['a secret in two places', `Basic ${base64('a:b')}`, `${grant}&client_secret=b`, 'invalid_request'],
    ['two clients', `Basic ${base64('a:b')}`, `${grant}&client_id=c`, 'invalid_request'],
    ['a header that is not Basic', 'Bearer abc', grant, 'invalid_client'],
    ['Basic without a colon', `Basic ${base64('ab')}`, grant, 'invalid_client'],
    ['Basic without a secret', `Basic ${base64('a:')}`, grant, 'invalid_client'],
    ['Basic that is no base64', 'Basic %%%', grant, 'invalid_client'],
    ['Basic with a stray percent', `Basic ${base64('a:%zz')}`, grant, 'invalid_client'],
  ];
  for (const [what, authorization, form, error] of refused) {
    it(`refuses ${what}`, () => {
      expect(readTokenCall(authorization, { form })).to.include({ error });
    });
  }

  it('describes errors in the characters OAuth2 allows', () => {
    for (const [, authorization, form] of refused) {
      const { description } = readTokenCall(authorization, { form }) as { description: string };
      expect(description).to.match(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    }
  });
});
