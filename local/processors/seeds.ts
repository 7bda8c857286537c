/**
 * The three people whom the emulated vendors know, and the ids that tie their records together across vendors. The account system hands
 * these ids out; each emulator keeps its records under them. `canary` goes into every name and text, so that a test can search logs,
 * histories and queues for words that must never be there.
 */
export const seeds = {
  ada: {
    email: 'ada@example.com',
    canary: 'CANARY-ada',
    accountId: 'acc_ada_5f2c81d0',
    gaClientIds: ['1180324416.1709283600', '1180324417.1741003200'],
    gaUserIds: ['kinescope-user-ada'],
    stripeCustomerIds: ['cus_SeedAda0000001'],
    adyenPspReferences: ['8816178952380553', '8816178952380561'],
    adyenShopperReference: 'shopper-ada-5f2c81d0',
    paddleCustomerId: 'ctm_01hv6y1jedq4p1n0yqn5ba3ky4',
    paypalCustomerId: 'paypal-ada-5f2c81d0',
    telegramChatIds: ['710000101'],
    googleOauthTokenIds: ['goauth_ada_1'],
    hotjarUserIds: ['hotjar-ada-5f2c81d0'],
    intercomContactIds: ['6890aaf1c0ada00000000001'],
    mailjetContactIds: [4100001],
  },
  grace: {
    email: 'grace@example.com',
    canary: 'CANARY-grace',
    accountId: 'acc_grace_a91b77e4',
    stripeCustomerIds: ['cus_SeedGrace00001'],
    paddleCustomerId: 'ctm_01hv8wt8nffez4p2t6typn4a5j',
  },
  lin: {
    email: 'lin@example.com',
    canary: 'CANARY-lin',
    accountId: 'acc_lin_3c06d9aa',
    intercomContactIds: ['6890aaf1c011100000000001', '6890aaf1c011100000000002'],
  },
} as const;

export type SeedName = keyof typeof seeds;
