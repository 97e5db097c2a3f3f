import { toBuffer, toString } from 'qrcode';

export type PictureFormat = 'svg' | 'png';

/** Readable with a quarter of it torn or dirty (level Q), and with the margin of four modules that scanners need. */
const OPTIONS = { errorCorrectionLevel: 'Q', margin: 4 } as const;

/** `size`: the width and height in pixels. */
export const qrPicture = (text: string, format: PictureFormat, size: number): Promise<string | Buffer> =>
  format === 'svg'
    ? toString(text, { ...OPTIONS, type: 'svg', width: size })
    : toBuffer(text, { ...OPTIONS, type: 'png', width: size });
