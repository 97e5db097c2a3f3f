/** Against the examples of the API reference of Amazon S3, "Authenticating Requests: Using the Authorization Header". */
import { expect } from 'chai';
import { signedHeaders } from '../../../../src/modules/pipeline/adapters/archive/archive-signature.ts';

const access = {
  region: 'us-east-1',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const signatureOf = (target: string): string => {
  const url = new URL(target, 'https://examplebucket.s3.amazonaws.com');
  const request = { method: 'GET', url, body: new Uint8Array(0) };
  return signedHeaders(request, access, Date.parse('2013-05-24T00:00:00Z'))['authorization'] ?? '';
};

describe('a request to a bucket', () => {
  it('is signed as the published examples are', () => {
    expect(signatureOf('/?lifecycle')).to.equal(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        'SignedHeaders=host;x-amz-content-sha256;x-amz-date, ' +
        'Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    );
    expect(signatureOf('/?prefix=J&max-keys=2')).to.match(
      /Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/,
    );
  });
});
