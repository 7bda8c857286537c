import { accountEmulator } from './account.ts';
import { adyenEmulator } from './adyen.ts';
import type { EmulatorFactory } from './emulator.ts';
import { googleAdsEmulator } from './google-ads.ts';
import { googleAnalyticsEmulator } from './google-analytics.ts';
import { googleOauthEmulator } from './google-oauth.ts';
import { hotjarEmulator } from './hotjar.ts';
import { intercomEmulator } from './intercom.ts';
import { linkedinEmulator } from './linkedin.ts';
import { mailchimpEmulator } from './mailchimp.ts';
import { mailjetEmulator } from './mailjet.ts';
import { metaEmulator } from './meta.ts';
import { openDsrEmulator } from './opendsr.ts';
import { paddleEmulator } from './paddle.ts';
import { paypalEmulator } from './paypal.ts';
import { stripeEmulator } from './stripe.ts';
import { telegramEmulator } from './telegram.ts';

/** Every emulated vendor, in the order of the registry, and one that only the configuration knows. */
export const emulators: readonly EmulatorFactory[] = [
  accountEmulator,
  mailchimpEmulator,
  intercomEmulator,
  mailjetEmulator,
  googleAnalyticsEmulator,
  googleAdsEmulator,
  googleOauthEmulator,
  stripeEmulator,
  adyenEmulator,
  paddleEmulator,
  paypalEmulator,
  telegramEmulator,
  metaEmulator,
  linkedinEmulator,
  hotjarEmulator,
  openDsrEmulator,
];
