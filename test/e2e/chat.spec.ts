import { randomUUID } from 'node:crypto';
import { OpenAiServer, type ChatCall } from '../openai-server.js';
import type { ReadEvent } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';
import {
  addDocument,
  answered,
  ask,
  gate,
  messageOf,
  modelSettings,
  newConversation,
  passageNumber,
  promptOf,
  shownBy,
  stream,
} from './talk.js';

const handbook = `# 안내서

## 휴가

모든 직원은 매년 휴가 27일을 받습니다. 남은 휴가는 3월 31일에 사라집니다.

## Equipment

A laptop is replaced every 4 years. Broken ones are replaced at once.
`;
const leave = '모든 직원은 매년 휴가 27일을 받습니다.';
const laptop = 'A laptop is replaced every 4 years.';

const plain = { content: 'Tell me something.', mode: 'plain' };

let model: OpenAiServer;
let server: Protostar;
let documentId: string;

beforeAll(async () => {
  model = await OpenAiServer.start();
  server = await startProtostar({ env: modelSettings(model) });
  documentId = await addDocument(server, '안내서', handbook);
});
afterAll(async () => {
  await server.stop();
  await model.close();
});
beforeEach(() => {
  model.answers.length = 0;
  model.chats.length = 0;
  model.answer = undefined;
});

const lastCall = (): ChatCall => model.chats.at(-1)!.call;

/** Every mark in the text as `index@offset`. */
const marksIn = (content: string): string[] =>
  [...content.matchAll(/\[(\d+)\]/g)].map(({ 1: index, index: offset }) => `${index}@${offset}`);

const marksOf = (citations: Json[]): string[] =>
  citations.flatMap(({ index, marks }) => marks.map((mark: number) => `${index}@${mark}`));

describe('the text of an answer', () => {
  it('is the deltas byte for byte, however the model splits Korean and emoji', async () => {
    const text = '안녕하세요 👩‍👩‍👧‍👦! 한국어와 🇰🇷, 그리고 𠮷野家 — “끝”.\n\n```ts\nconst a = [1];\n```\n\n끝 🙂';
    // One UTF-16 unit each: every surrogate pair comes in two halves.
    model.answers.push({ deltas: text.split('') });
    const { message, events } = await answered(server, plain);
    expect(Buffer.from(message.content)).toEqual(Buffer.from(text));
    const deltas = events.events.filter(({ event }) => event === 'message.delta');
    for (const { data } of deltas) expect(data.text).not.toMatch(/\p{Surrogate}/u);
  });

  it('counts tokens itself when the model reports no usage, and takes its word when it does', async () => {
    model.answers.push({ deltas: ['One two three four.'] });
    const { message: silent } = await answered(server, plain);
    expect(silent.usage.inputTokens).toBe(silent.usage.contextTokens);
    expect(silent.usage.inputTokens).toBeGreaterThan(0);
    expect(silent.usage.outputTokens).toBe(5);
    model.answers.push({ deltas: ['One.'], usage: { prompt_tokens: 1234, completion_tokens: 56 } });
    const { message: told } = await answered(server, plain);
    expect(told.usage).toMatchObject({ inputTokens: 1234, outputTokens: 56 });
    expect(told.model).toBe('scripted');
  });

  it('is asked for in the language of the question', async () => {
    model.answer = () => 'ok';
    await answered(server, { content: '휴가는 며칠입니까?' });
    expect(lastCall().messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('한국어로'),
    });
    await answered(server, { content: 'How many days of leave are there?' });
    expect(lastCall().messages[0]!.content).toContain('Answer in English');
    expect(lastCall().messages[0]!.content).not.toMatch(/\p{Script=Hangul}/u);
  });
});

describe('marks', () => {
  it('are kept with the quote that bears them out, or dropped and counted', async () => {
    model.answer = (request) => {
      const [about, replaced] = [passageNumber(request, leave), passageNumber(request, laptop)];
      return (
        `🙂 모든 직원은 매년 휴가 27일을 받습니다 [${about}]. 휴가는 99일입니다 [${about}]. ` +
        `A laptop is replaced every 4 years [${replaced}][88].`
      );
    };
    const { message, events } = await answered(server, { content: '휴가와 laptop 교체는 어떻게 됩니까?' });
    expect(message.content).toBe(
      '🙂 모든 직원은 매년 휴가 27일을 받습니다 [1]. 휴가는 99일입니다. A laptop is replaced every 4 years [2].',
    );
    expect(message.usage.citationsDropped).toBe(2);
    expect(message.citations.map(({ quote }: Json) => quote)).toEqual([leave, laptop]);
    const source = (await call(server, 'GET', `/api/v1/documents/${documentId}/text`)).body as string;
    for (const citation of message.citations) {
      expect(citation).toMatchObject({ source: 'document', documentId, documentVersion: 1 });
      expect(source.slice(citation.charStart, citation.charEnd)).toBe(citation.quote);
    }
    expect(marksOf(message.citations)).toEqual(marksIn(message.content));

    const told = events.events.filter(({ event }) => event === 'message.citation');
    expect(told.map(({ data }) => data.citation)).toEqual(message.citations);
    const retrieved = events.events.find(({ event }) => event === 'message.retrieved')!;
    const passages = retrieved.data.passages as Json[];
    expect(passages.map(({ id }) => id)).toContain(message.citations[0].passageId);
    for (const passage of passages) expect(passage).not.toHaveProperty('text');
  });

  it('do not stand for anything in plain mode, which retrieves nothing', async () => {
    model.answers.push('A laptop is replaced every 4 years [1].');
    const question = { content: 'How often is a laptop replaced?', mode: 'plain' };
    const { message, events } = await answered(server, question);
    expect(message).toMatchObject({ mode: 'plain', content: 'A laptop is replaced every 4 years.' });
    expect(message.citations).toEqual([]);
    expect(events.names).not.toContain('message.retrieved');
    expect(promptOf(lastCall())).not.toContain(laptop);
  });
});

describe('a page', () => {
  it('as HTML reaches the model as the text that its reader sees', async () => {
    const html = `<!doctype html><html><head><title>Kettles</title>
      <style>.x { color: PLANTED-STYLE }</style><script>window.x = 'PLANTED-SCRIPT'</script></head>
      <body onload="PLANTED-HANDLER()"><!-- PLANTED-COMMENT --><nav hidden>PLANTED-HIDDEN</nav>
      <article><h1>Kettles</h1><p>The kettle boils a litre in <b>3 minutes</b> &amp; holds 2 litres.</p>
      <p><a href="javascript:PLANTED-LINK()">It weighs 900 grams.</a></p>
      <img src="x" onerror="PLANTED-IMAGE()" alt=""><svg><script>PLANTED-SVG</script></svg>
      <iframe srcdoc="PLANTED-FRAME"></iframe><template>PLANTED-TEMPLATE</template></article></body></html>`;
    model.answer = (request) => `It weighs 900 grams [${passageNumber(request, 'It weighs 900 grams.')}].`;
    const question = {
      content: 'How much does it weigh?',
      mode: 'page',
      page: { html, url: 'https://kettles.example/' },
    };
    const { message, events } = await answered(server, question);
    const sent = JSON.stringify(lastCall());
    expect(sent).not.toContain('PLANTED');
    expect(promptOf(lastCall()).replace(/<\/?data-[0-9a-f]+>/g, '')).not.toMatch(/<\/?[a-z!]/i);
    expect(promptOf(lastCall())).toContain('The kettle boils a litre in **3 minutes** & holds 2 litres.');
    expect(message.content).toBe('It weighs 900 grams [1].');
    expect(message.citations).toMatchObject([
      { source: 'page', documentId: null, passageId: null, quote: 'It weighs 900 grams.' },
    ]);
    expect(marksOf(message.citations)).toEqual(marksIn(message.content));
    expect(events.names).not.toContain('message.retrieved');
  });

  it('as text is cited at its own offsets, and no document is searched', async () => {
    const text = `Menu\n\n${'Filler goes here. '.repeat(400)}\n\nThe bridge is 1,340 metres long.\n\nFooter`;
    model.answer = (request) =>
      `The bridge is 1,340 metres long [${passageNumber(request, 'The bridge is 1,340 metres')}].`;
    const question = { content: 'How long is the bridge? laptop', mode: 'page', page: { text } };
    const { message } = await answered(server, question);
    expect(message.citations).toHaveLength(1);
    const [{ charStart, charEnd, quote }] = message.citations;
    expect(quote).toBe('The bridge is 1,340 metres long.');
    expect(text.slice(charStart, charEnd)).toBe(quote);
    expect(promptOf(lastCall())).not.toContain(laptop);
  });
});

describe('a model server that fails', () => {
  it('with 429 before the first text is asked again', async () => {
    const busy = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
    model.answers.push({ fault: busy }, 'Here it is.');
    const { message, events } = await answered(server, plain);
    expect(message).toMatchObject({ status: 'completed', content: 'Here it is.' });
    expect(model.chats).toHaveLength(2);
    expect(events.names).not.toContain('message.restarted');
  });

  it.each(['cut', 'end-early'] as const)(
    'in mid-stream (%s) ends the answer and keeps its text',
    async (kind) => {
      model.answers.push({ deltas: ['반쯤 된 ', 'half an answer'], fault: { kind } });
      const { message, events } = await answered(server, plain);
      expect(message).toMatchObject({
        status: 'failed',
        content: '반쯤 된 half an answer',
        error: { code: 'model.unavailable' },
      });
      const last = events.events.at(-1)!;
      expect(last.event).toBe('message.failed');
      expect(last.data.error).toEqual(message.error);
      expect(model.chats).toHaveLength(1);
    },
  );
});

describe('cancelling', () => {
  it('closes the connection to the model and keeps the text so far', async () => {
    model.answers.push({ deltas: ['So far ', 'so good'], fault: { kind: 'hang-after' } });
    const { answerId, eventsUrl } = await ask(server, plain);
    const events = await stream(server, eventsUrl);
    await events.until(() => events.text === 'So far so good');
    const cancelled = await call(server, 'POST', `/api/v1/messages/${answerId}/cancel`);
    expect(cancelled.status).toBe(202);
    await events.toEnd();
    await waitFor(() => model.chats[0]?.aborted === true);
    expect(events.names.at(-1)).toBe('message.cancelled');
    const message = await messageOf(server, answerId);
    expect(message).toMatchObject({ status: 'cancelled', content: 'So far so good', error: null });
    expect(events.events.at(-1)?.data.message).toEqual(message);
    expect((await call(server, 'POST', `/api/v1/messages/${answerId}/cancel`)).status).toBe(202);
  });

  it('is not what a client does that leaves', async () => {
    const hand = gate();
    model.answers.push({ deltas: ['Before ', 'and after.'], pauses: { 1: hand.opened } });
    const { answerId, eventsUrl } = await ask(server, plain);
    const events = await stream(server, eventsUrl);
    await events.until(() => events.text !== '');
    events.leave();
    hand.open();
    await waitFor(async () => (await messageOf(server, answerId)).status === 'completed');
    expect((await messageOf(server, answerId)).content).toBe('Before and after.');
  });

  it('of a finished answer is refused', async () => {
    model.answers.push('Done.');
    const { message } = await answered(server, plain);
    expect((await call(server, 'POST', `/api/v1/messages/${message.id}/cancel`)).status).toBe(409);
  });
});

describe('resuming', () => {
  it('from every event gives the same content, and after the last nothing', async () => {
    // Each mark is an event of its own, and so ends the delta before it.
    model.answer = (request) =>
      `모든 직원은 매년 휴가 27일을 받습니다 [${passageNumber(request, leave)}]. 🙂 `.repeat(5);
    const { message, events: whole } = await answered(server, { content: '휴가는 며칠입니까?' });
    const { events } = whole;
    const path = `/api/v1/messages/${message.id}/events`;
    expect(whole.ids).toEqual(whole.ids.toSorted((a, b) => a! - b!));
    expect(new Set(whole.ids).size).toBe(events.length);
    expect(events.length).toBeGreaterThan(8);
    for (const [position, { id }] of events.entries()) {
      const read = events.slice(0, position + 1);
      const byHeader = await stream(server, path, { headers: { 'last-event-id': id! } });
      const byQuery = await stream(server, `${path}?after=${id}`);
      const isLast = position === events.length - 1;
      for (const resumed of [await byHeader.toEnd(), await byQuery.toEnd()]) {
        expect(resumed.status).toBe(isLast ? 204 : 200);
        expect(resumed.events).toEqual(events.slice(position + 1));
        expect(shownBy([...read, ...resumed.events])).toBe(message.content);
      }
    }
    const past = await stream(server, `${path}?after=999999`);
    expect((await past.toEnd()).status).toBe(204);
    const contradicted = await stream(server, `${path}?after=0`, {
      headers: { 'last-event-id': events.at(-1)!.id! },
    });
    expect((await contradicted.toEnd()).status).toBe(204);
    expect((await stream(server, path, { headers: { 'last-event-id': 'x' } })).status).toBe(400);
  });

  it('while the answer is being written goes on where the client left off', async () => {
    const hands = [gate(), gate(), gate()];
    const deltas = ['하나 🙂 ', '둘 👍 ', '셋 🎉 ', '넷.'];
    model.answers.push({
      deltas,
      pauses: Object.fromEntries(hands.map(({ opened }, index) => [index + 1, opened])),
    });
    const { answerId, eventsUrl } = await ask(server, plain);
    const read: ReadEvent[] = [];
    for (const [index, hand] of hands.entries()) {
      const last = read.findLast(({ id }) => id !== undefined)?.id;
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const events = await stream(server, eventsUrl, { headers });
      const sofar = deltas
        .slice(0, index + 1)
        .join('')
        .trimEnd();
      await events.until(() => shownBy([...read, ...events.events]) === sofar);
      read.push(...events.events);
      events.leave();
      hand.open();
    }
    const rest = await stream(server, `${eventsUrl}?after=${read.at(-1)!.id}`);
    read.push(...(await rest.toEnd()).events);
    expect(shownBy(read)).toBe(deltas.join(''));
    expect((await messageOf(server, answerId)).content).toBe(shownBy(read));
    expect(read.filter(({ event }) => event === 'message.restarted')).toEqual([]);
  });
});

describe('a streamed POST', () => {
  const post = (conversationId: string, body: object, headers: Record<string, string> = {}) =>
    stream(server, `/api/v1/conversations/${conversationId}/messages`, { method: 'POST', headers, body });

  it('gives the events that the answer has', async () => {
    model.answer = (request) => `휴가 27일을 받습니다 [${passageNumber(request, leave)}].`;
    const posted = await (
      await post(await newConversation(server), { content: '휴가는 며칠입니까?' })
    ).toEnd();
    expect(posted.status).toBe(200);
    const { message, eventsUrl } = posted.events[0]!.data as Json;
    const read = await (await stream(server, eventsUrl)).toEnd();
    expect(posted.events).toEqual(read.events);
    expect((await messageOf(server, message.id)).content).toBe(posted.text);
  });

  it('repeated under its key attaches from the start and asks the model once', async () => {
    const hand = gate();
    model.answers.push({ deltas: ['처음부터 ', '끝까지.'], pauses: { 1: hand.opened } });
    const conversationId = await newConversation(server);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await post(conversationId, plain, headers);
    await first.until(() => first.text !== '');
    const second = await post(conversationId, plain, headers);
    await second.until(() => second.text !== '');
    hand.open();
    await Promise.all([first.toEnd(), second.toEnd()]);
    const late = await (await post(conversationId, plain, headers)).toEnd();
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    for (const repeat of [second, late]) {
      expect(repeat.headers['idempotent-replayed']).toBe('true');
      expect(repeat.events).toEqual(first.events);
    }
    const path = `/api/v1/conversations/${conversationId}/messages`;
    const asJson = await call(server, 'POST', path, plain, headers);
    expect(asJson.status).toBe(202);
    expect(asJson.body.assistantMessage.id).toBe((first.events[0]!.data.message as Json).id);
    expect((await call(server, 'POST', path, { ...plain, content: 'Else?' }, headers)).status).toBe(409);
    expect(model.chats).toHaveLength(1);
    expect((await call(server, 'GET', path)).body.data).toHaveLength(2);
  });
});

describe('regenerating', () => {
  it('makes a sibling beside the old answer, which stays', async () => {
    model.answers.push('The first answer.', 'The second answer.');
    const conversationId = await newConversation(server);
    const { message: old } = await answered(server, plain, conversationId);
    const again = await call(server, 'POST', `/api/v1/messages/${old.id}/regenerate`);
    expect(again.status).toBe(202);
    const { userMessage, assistantMessage, eventsUrl } = again.body;
    expect(userMessage.id).toBe(old.parentId);
    expect(assistantMessage).toMatchObject({ parentId: old.parentId, status: 'queued' });
    expect(assistantMessage.id).not.toBe(old.id);
    const events = await (await stream(server, eventsUrl)).toEnd();
    expect(events.text).toBe('The second answer.');
    // Neither answer is told of the other: the question is asked as it was the first time.
    expect(model.chats[1]!.call.messages).toEqual(model.chats[0]!.call.messages);
    expect(await messageOf(server, old.id)).toEqual(old);
    const path = `/api/v1/conversations/${conversationId}/messages`;
    const ids = async (query: string): Promise<string[]> =>
      (await call(server, 'GET', path + query)).body.data.map(({ id }: Json) => id);
    expect(await ids('')).toEqual([userMessage.id, assistantMessage.id]);
    expect(await ids(`?leafId=${old.id}`)).toEqual([userMessage.id, old.id]);
    expect(await ids('?all=true')).toEqual([userMessage.id, old.id, assistantMessage.id]);
  });
});
