import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

interface LinkedinData {
  lists: Record<string, { emails: Record<string, true> }>;
}

/** LinkedIn's Campaign Manager, which has no interface for us: `/console/upload` stands for staff uploading a list anew. */
export const linkedinEmulator = defineEmulator<LinkedinData>({
  name: 'linkedin',
  seed: () => ({ lists: { 'Customers 2026': { emails: { [seeds.ada.email]: true } } } }),
  create({ state }) {
    const app = new Hono<EmulatorEnv>();

    app.post('/console/upload', async (c) => {
      const { list, emails } = await c.req.json<{ list: string; emails: string[] }>();
      state.data.lists[list] = { emails: Object.fromEntries(emails.map((email) => [email, true])) };
      return c.body(null, 204);
    });

    return {
      app,
      holds: () =>
        Object.values(state.data.lists)
          .flatMap(({ emails }) => Object.keys(emails))
          .map((email) => ({ email, records: 1 })),
      configuration: () => ({
        config: { fedFrom: 'accounts', contactLists: Object.keys(state.data.lists) },
        secrets: {},
      }),
    };
  },
});
