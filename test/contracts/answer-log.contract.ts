import {
  sequenceBefore,
  type AnswerEvent,
  type AnswerLog,
  type NewAnswerEvent,
} from '../../src/chat/application/answer-log.port.js';
import { newId } from '../../src/shared/ids.js';
import { waitFor } from '../wait-for.js';

const delta = (text: string): NewAnswerEvent => ({ type: 'message.delta', data: { text } });
const completed: NewAnswerEvent = { type: 'message.completed', data: { message: {} } };
const claimLost = expect.objectContaining({ code: 'chat.claim-lost' }) as unknown;

/**
 * What every answer log promises; run against the fake and each real one.
 * @param letExpire brings about what becomes of logs some time after their end.
 */
export function answerLogContract(
  name: string,
  log: () => AnswerLog,
  letExpire: () => Promise<unknown> = () => log().expire(new Date(Date.now() + 60_000)),
): void {
  describe(`${name} as an answer log`, () => {
    let id: string;
    beforeEach(() => {
      id = newId();
    });

    it('numbers events from 1 and gives them back in order, whole and in parts', async () => {
      expect(await log().open(id, 1)).toEqual({ lastSequence: 0, hasEvents: false });
      expect(await log().append(id, 1, 0, [delta('가'), delta('나')])).toBe(2);
      expect(await log().append(id, 1, 2, [delta('다')])).toBe(3);
      expect(await log().readAfter(id, 0)).toEqual([
        { sequence: 1, ...delta('가') },
        { sequence: 2, ...delta('나') },
        { sequence: 3, ...delta('다') },
      ]);
      expect(await log().readAfter(id, 1, 1)).toEqual([{ sequence: 2, ...delta('나') }]);
      expect(await log().readAfter(id, 3)).toEqual([]);
      expect(await log().bounds(id)).toEqual({ first: 1, last: 3 });
    });

    it('keeps every byte of a text', async () => {
      const text = 'a\\u0041 "quoted" \n\t\r \u2028 한글 👩‍👩‍👧‍👦 </script>';
      await log().open(id, 1);
      await log().append(id, 1, 0, [delta(text)]);
      expect(await log().readAfter(id, 0)).toEqual([{ sequence: 1, ...delta(text) }]);
    });

    it('holds nothing of a message that nobody wrote', async () => {
      expect(await log().bounds(id)).toBeNull();
      expect(await log().readAfter(id, 0)).toEqual([]);
      expect(await log().append(id, 1, 0, [])).toBe(0);
    });

    it('gives each of many concurrent readers its own', async () => {
      const ids = Array.from({ length: 300 }, () => newId());
      for (const messageId of ids.slice(0, 20)) {
        await log().open(messageId, 1);
        await log().append(messageId, 1, 0, [delta(`${messageId} 1`), delta(`${messageId} 2`)]);
      }
      const read = await Promise.all(ids.map((messageId, n) => log().readAfter(messageId, n % 2, 1)));
      const expected = ids.map((messageId, n) =>
        n < 20 ? [{ sequence: (n % 2) + 1, ...delta(`${messageId} ${(n % 2) + 1}`) }] : [],
      );
      expect(read).toEqual(expected);
    });

    it('gives each of several concurrent readers of one message what comes after its place', async () => {
      await log().open(id, 1);
      await log().append(id, 1, 0, [delta('a'), delta('b'), delta('c')]);
      const places = [[0], [2], [0, 1], [0], [1, 1], [3]] as const;
      const read = await Promise.all(places.map(([after, most]) => log().readAfter(id, after, most)));
      expect(read.map((events) => events.map(({ sequence }) => sequence))).toEqual([
        [1, 2, 3],
        [3],
        [1],
        [1, 2, 3],
        [2],
        [],
      ]);
    });

    it('keeps messages apart', async () => {
      const other = newId();
      await log().open(id, 1);
      await log().open(other, 1);
      await log().append(id, 1, 0, [delta('mine')]);
      expect(await log().readAfter(other, 0)).toEqual([]);
      expect(await log().append(other, 1, 0, [delta('its')])).toBe(1);
    });

    it('refuses a gap and a repeat, and leaves the log as it was', async () => {
      await log().open(id, 1);
      await log().append(id, 1, 0, [delta('a')]);
      await expect(log().append(id, 1, 2, [delta('gap')])).rejects.toEqual(claimLost);
      await expect(log().append(id, 1, 0, [delta('a')])).rejects.toEqual(claimLost);
      expect(await log().bounds(id)).toEqual({ first: 1, last: 1 });
    });

    it('refuses who has not opened it', async () => {
      await expect(log().append(id, 1, 0, [delta('a')])).rejects.toEqual(claimLost);
    });

    it('shuts out an older epoch as soon as a newer one opens', async () => {
      await log().open(id, 1);
      await log().append(id, 1, 0, [delta('old')]);
      const { lastSequence, hasEvents } = await log().open(id, 2);
      expect(hasEvents).toBe(true);
      await expect(log().append(id, 1, 1, [delta('late')])).rejects.toEqual(claimLost);
      await expect(log().open(id, 1)).rejects.toEqual(claimLost);
      expect(await log().append(id, 2, lastSequence, [delta('new')])).toBe(lastSequence + 1);
      expect(await log().readAfter(id, 0)).toEqual([
        { sequence: 1, ...delta('old') },
        { sequence: lastSequence + 1, ...delta('new') },
      ]);
    });

    it('starts an epoch above whatever the ones before can have used, and goes on with it', async () => {
      const opened = { lastSequence: sequenceBefore(3), hasEvents: false };
      expect(await log().open(id, 3)).toEqual(opened);
      expect(await log().open(id, 3)).toEqual(opened);
      const first = sequenceBefore(3) + 1;
      await expect(log().append(id, 3, 0, [delta('a')])).rejects.toEqual(claimLost);
      expect(await log().append(id, 3, first - 1, [delta('a'), delta('b')])).toBe(first + 1);
      expect(await log().open(id, 3)).toEqual({ lastSequence: first + 1, hasEvents: true });
      expect(await log().bounds(id)).toEqual({ first, last: first + 1 });
      expect(await log().readAfter(id, 7, 1)).toEqual([{ sequence: first, ...delta('a') }]);
      expect((await log().open(id, 4)).lastSequence).toBe(sequenceBefore(4));
    });

    it('lets one of two concurrent appends through', async () => {
      await log().open(id, 1);
      const outcomes = await Promise.allSettled([
        log().append(id, 1, 0, [delta('a'), delta('a')]),
        log().append(id, 1, 0, [delta('b'), delta('b')]),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const texts = (await log().readAfter(id, 0)).map(({ data }) => (data as { text: string }).text);
      expect(['aa', 'bb']).toContain(texts.join(''));
    });

    it('takes nothing after the terminal event', async () => {
      await log().open(id, 1);
      await log().append(id, 1, 0, [delta('a'), completed]);
      await expect(log().append(id, 1, 2, [delta('b')])).rejects.toEqual(claimLost);
      await expect(log().open(id, 2)).rejects.toEqual(claimLost);
    });

    it('wakes a subscriber after an append, and no longer after its end', async () => {
      await log().open(id, 1);
      let wakeUps = 0;
      let wake: () => void;
      let woken = new Promise<void>((resolve) => (wake = resolve));
      const end = await log().subscribe(id, () => {
        wakeUps += 1;
        wake();
      });
      await log().append(id, 1, 0, [delta('a')]);
      await woken;
      end();
      const heard = wakeUps;
      woken = new Promise<void>((resolve) => (wake = resolve));
      const endLater = await log().subscribe(id, () => wake());
      await log().append(id, 1, 1, [delta('b')]);
      await woken;
      endLater();
      expect(wakeUps).toBe(heard);
    });

    it('tells a subscriber what was appended as it can be read, if it tells it', async () => {
      await log().open(id, 2);
      const told: AnswerEvent[][] = [];
      let wakeUps = 0;
      const end = await log().subscribe(id, (events) => {
        wakeUps += 1;
        if (events) told.push(events);
      });
      let last = sequenceBefore(2);
      for (const events of [[delta('a "quoted" \\ \n ü 한'), delta('b')], [delta('')], [completed]]) {
        const heard = wakeUps;
        last = await log().append(id, 2, last, events);
        await waitFor(() => wakeUps > heard);
      }
      end();
      const all = await log().readAfter(id, 0);
      expect(all).toHaveLength(4);
      for (const events of told)
        expect(events).toEqual(all.filter(({ sequence }) => events.some((one) => one.sequence === sequence)));
    });

    it('expires what ended before, and keeps what ended later or still runs', async () => {
      const running = newId();
      for (const messageId of [id, running]) await log().open(messageId, 1);
      await log().append(id, 1, 0, [completed]);
      await log().append(running, 1, 0, [delta('a')]);
      await log().expire(new Date(Date.now() - 3_600_000));
      expect(await log().bounds(id)).toEqual({ first: 1, last: 1 });
      await letExpire();
      expect(await log().bounds(id)).toBeNull();
      expect(await log().bounds(running)).toEqual({ first: 1, last: 1 });
      expect(await log().append(running, 1, 1, [delta('b')])).toBe(2);
    });

    it('removes a message, shuts its writer out and wakes its readers', async () => {
      await log().open(id, 1);
      await log().append(id, 1, 0, [delta('a')]);
      let isGoneToReader = false;
      const end = await log().subscribe(id, () => {
        void log()
          .bounds(id)
          .then((bounds) => (isGoneToReader ||= bounds === null));
      });
      await log().remove([id]);
      await waitFor(() => isGoneToReader);
      end();
      expect(await log().bounds(id)).toBeNull();
      await expect(log().append(id, 1, 1, [delta('b')])).rejects.toEqual(claimLost);
    });
  });
}
