import { accountEmulator } from './account.ts';
import type { EmulatorFactory } from './emulator.ts';
import { intercomEmulator } from './intercom.ts';
import { mailchimpEmulator } from './mailchimp.ts';
import { mailjetEmulator } from './mailjet.ts';

/** Every emulated vendor, in the order of the registry. */
export const emulators: readonly EmulatorFactory[] = [
  accountEmulator,
  mailchimpEmulator,
  intercomEmulator,
  mailjetEmulator,
];
