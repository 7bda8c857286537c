import type { Page } from 'playwright-core';

/** A person without a mouse: everything goes by Tab, Space, Enter, arrows and letters. */
export interface Keyboard {
  /** Goes on with Tab until the element with this id, or with these words on it, has the focus. */
  to(target: string): Promise<void>;
  /** Types into the field with this id. */
  type(id: string, text: string): Promise<void>;
  /** Presses what carries these words or this id and stays on the page: a summary, a download. */
  press(target: string): Promise<void>;
  /** Presses a link or a button that leads to another page, and waits for that. */
  follow(target: string): Promise<void>;
  /** Marks a box, or the radio button that stands this many places under the first of its group. */
  choose(id: string, down?: number): Promise<void>;
  /** Jumps over the menu to the content, as the first link of every page offers. */
  skip(): Promise<void>;
}

/** More than any page has to offer. */
const stepsAtMost = 150;

export function keyboardOf(page: Page): Keyboard {
  const focused = () =>
    page.evaluate<readonly [string, string]>(
      `(() => { const one = document.activeElement; return [one.id, (one.innerText || '').replace(/\\s+/g, ' ').trim()]; })()`,
    );
  const keys: Keyboard = {
    async to(target) {
      const passed: string[] = [];
      for (let step = 0; step < stepsAtMost; step += 1) {
        const [id, words] = await focused();
        if (id === target || words === target) return;
        passed.push(id || words.slice(0, 30));
        await page.keyboard.press('Tab');
      }
      throw new Error(
        `no way to ${target} by Tab on ${page.url()}; passed ${passed.slice(0, 60).join(' | ')}`,
      );
    },
    async type(id, text) {
      await keys.to(id);
      await page.keyboard.type(text);
    },
    async press(target) {
      await keys.to(target);
      await page.keyboard.press('Enter');
    },
    async follow(target) {
      await keys.to(target);
      const arrived = page.waitForEvent('domcontentloaded');
      await page.keyboard.press('Enter');
      await arrived;
    },
    async choose(id, down = 0) {
      await keys.to(id);
      if (down === 0) await page.keyboard.press('Space');
      for (let step = 0; step < down; step += 1) await page.keyboard.press('ArrowDown');
    },
    async skip() {
      await page.keyboard.press('Tab');
      const [, words] = await focused();
      if (!/^(Skip to the content|Naar de inhoud)$/.test(words))
        throw new Error(`the first stop is ${words}`);
      await page.keyboard.press('Enter');
    },
  };
  return keys;
}
