// Transactions of several executions that wait at the same time go out as one, which is several times faster.
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';

/** The writes of one transition; they share a transaction with others, but are never split over two. */
interface Waiting {
  readonly writes: readonly TransactWriteItem[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly send: (writes: TransactWriteItem[]) => Promise<void>;
  /** Whether an error says that a condition did not hold, rather than that the store could not be reached. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** Transactions under way at once; what comes meanwhile waits and is grouped. */
const LANES = 2;

export class GroupCommit {
  private readonly options: GroupCommitOptions;
  private readonly waiting: Waiting[] = [];
  private underWay = 0;

  constructor(options: GroupCommitOptions) {
    this.options = options;
  }

  /** Resolves when the writes are stored; rejects when none of them is. */
  write(writes: readonly TransactWriteItem[], bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ writes, bytes, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    while (this.underWay < LANES && this.waiting.length > 0) {
      this.underWay += 1;
      this.carryOut(this.takeGroup()).finally(() => {
        this.underWay -= 1;
        this.next();
      });
    }
  }

  private takeGroup(): Waiting[] {
    let items = 0;
    let bytes = 0;
    const count = this.waiting.findIndex((one) => {
      items += one.writes.length;
      bytes += one.bytes;
      return items > this.options.maxItems || bytes > this.options.maxBytes;
    });
    return this.waiting.splice(0, count < 0 ? this.waiting.length : Math.max(count, 1));
  }

  private async carryOut(group: Waiting[]): Promise<void> {
    try {
      await this.options.send(group.flatMap(({ writes }) => writes));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1 || !this.options.isRefusal(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // One of them was refused and took the others with it: each by itself shows which.
      for (const one of group) await this.carryOut([one]);
    }
  }
}
