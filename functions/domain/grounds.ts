/** Laws that keep a record although its erasure was asked for; the register has the words, these are the codes. */
export const retentionGrounds = ['tax-records-awr-52-4', 'payment-services-5-years'] as const;
export type RetentionGround = (typeof retentionGrounds)[number];
