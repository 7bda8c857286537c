// Due times in a binary heap: one per execution, no setTimeout, so a wait of 40 days is as cheap and as exact as one of a second.

interface Entry {
  readonly dueAt: number;
  readonly order: number;
  readonly arn: string;
}

export class Timers {
  private readonly heap: Entry[] = [];
  private readonly current = new Map<string, Entry>();
  private order = 0;

  get size(): number {
    return this.current.size;
  }

  /** Sets or moves the timer of an execution; undefined takes it away. */
  set(arn: string, dueAt: number | undefined): void {
    const known = this.current.get(arn);
    if (known?.dueAt === dueAt) return;
    if (dueAt === undefined) {
      this.current.delete(arn);
      return;
    }
    this.order += 1;
    const entry = { dueAt, order: this.order, arn };
    this.current.set(arn, entry);
    this.push(entry);
  }

  nextDueAt(): number | undefined {
    return this.top()?.dueAt;
  }

  /** Takes the execution that is due first, if any is due by `now`; equal times in the order they were set. */
  takeDue(now: number): string | undefined {
    const entry = this.top();
    if (!entry || entry.dueAt > now) return undefined;
    this.pop();
    this.current.delete(entry.arn);
    return entry.arn;
  }

  /** The first entry that still counts; replaced ones are dropped on the way. */
  private top(): Entry | undefined {
    for (let entry = this.heap[0]; entry; entry = this.heap[0]) {
      if (this.current.get(entry.arn) === entry) return entry;
      this.pop();
    }
    return undefined;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = heap[below];
      if (!left) break;
      const right = heap[below + 1];
      let child = left;
      if (right && isBefore(right, left)) {
        below += 1;
        child = right;
      }
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
