import type { HeldMailbox } from '../../domain/suppression.ts';
import { account, configuration } from '../account.ts';
import { parseConfig } from '../config.ts';
import type { ProcessorDependencies } from '../contract.ts';
import { createAccountClient } from './client.ts';

/**
 * Every mailbox that the account system holds, for the replay after a restore (suppression.ts `mailboxesToEraseAgain`).
 * @param config this processor's part of the configuration
 */
export async function* heldMailboxes(
  config: unknown,
  deps: ProcessorDependencies,
): AsyncIterable<HeldMailbox> {
  const accounts = createAccountClient(parseConfig(account.name, configuration, config), deps);
  yield* accounts.mailboxes();
}
