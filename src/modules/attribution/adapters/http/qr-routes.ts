import { visible } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsOneOf, IsWhole } from '../../../../shared/fields.ts';
import type { AttributionReader } from '../../ports/attribution-reader.ts';
import { type PictureFormat, qrPicture } from '../qr/qr-picture.ts';
import { LinkPath } from './link-views.ts';

class QrQuery {
  @IsOneOf(['svg', 'png'], { optional: true, description: 'Else what `Accept` says, and svg' })
  readonly format?: PictureFormat;
  @IsWhole({ min: 100, max: 2_000, optional: true, description: 'Width and height in pixels; 512' })
  readonly size?: number;
}

const MEDIA_TYPES: Readonly<Record<PictureFormat, string>> = { svg: 'image/svg+xml', png: 'image/png' };
const DEFAULT_SIZE = 512;

export const qrRoutes = (reader: AttributionReader, publicUrl: string): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/links/{linkId}/qr',
    operationId: 'getLinkQrCode',
    tag: 'attribution',
    summary: 'A link as a QR code, to be printed',
    description: 'It holds the address `/q/{code}`, so that visits from paper are told apart from clicks.',
    access: { scope: 'links:read' },
    params: LinkPath,
    query: QrQuery,
    success: { 200: { mediaType: 'image/*' } },
    problems: [422],
    errors: ['attribution.unknown_link', 'attribution.public_url_missing'],
    handle: async ({ actor, params, query, header }) => {
      const absent = new AppError('not_found', 'attribution.unknown_link', `there is no link ${params.linkId}`);
      const { code } = visible(actor, await reader.link(params), ({ partnerId }) => partnerId, absent);
      if (publicUrl === '')
        throw new AppError(
          'refused',
          'attribution.public_url_missing',
          'set PUBLIC_URL: what is printed cannot change',
        );
      const format = query.format ?? acceptedFormat(header('accept'));
      const picture = await qrPicture(`${publicUrl}/q/${code}`, format, query.size ?? DEFAULT_SIZE);
      return { picture, format };
    },
    respond: ({ picture, format }) => ({
      status: 200,
      headers: { 'Content-Type': MEDIA_TYPES[format], 'Cache-Control': 'private, max-age=3600', Vary: 'Accept' },
      body: picture,
    }),
  }),
];

const acceptedFormat = (accept = ''): PictureFormat =>
  accept.includes(MEDIA_TYPES.png) && !accept.includes(MEDIA_TYPES.svg) ? 'png' : 'svg';
