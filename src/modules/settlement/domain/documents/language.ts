/** What documents are written in. */
export type Language = 'en' | 'zh';
