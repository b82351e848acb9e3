import { findQuote } from '../../src/chat/domain/quote.js';
import { lexicalTerms } from '../../src/platform/text/lexical-terms.js';

/** A claim as models write it, and the source sentence that it rests on. */
const supported: [claim: string, source: string][] = [
  [
    'The warranty lasts 24 months from the date of purchase',
    'The warranty period is 24 months, counted from the date of purchase.',
  ],
  [
    'Employees may carry over up to 5 days of unused leave',
    'Up to 5 unused leave days may be carried over into the next year by each employee.',
  ],
  [
    'The service retries a failed request three times',
    'A request that fails is retried three times by the service before it gives up.',
  ],
  ['Backups are encrypted with AES-256', 'All backups are encrypted at rest using AES-256.'],
  [
    'PostgreSQL stores the messages, and Redis is used as a cache',
    'Messages are stored in PostgreSQL; Redis serves as the cache.',
  ],
  [
    'You can cancel within 14 days and get a full refund',
    'Customers can cancel within 14 days of delivery and receive a full refund.',
  ],
  ['The office in Berlin opened in 2019', 'Our Berlin office was opened in 2019 with twelve people.'],
  ['It costs 5,000 won per month', 'The monthly fee is 5000 won per month.'],
  ['보증 기간은 구매일로부터 24개월입니다', '제품의 보증 기간은 구매일부터 24개월이다.'],
  [
    '연차는 최대 5일까지 다음 해로 이월할 수 있습니다',
    '사용하지 않은 연차는 최대 5일까지 다음 해로 이월된다.',
  ],
  ['회의실은 최대 8명까지 사용할 수 있습니다', '회의실 사용 인원은 최대 8명이다.'],
  [
    '환불은 수령 후 14일 이내에 신청해야 합니다',
    '고객은 상품을 수령한 날부터 14일 이내에 환불을 신청할 수 있다.',
  ],
  [
    '메시지는 PostgreSQL에 저장되고 Redis는 캐시로 쓰입니다',
    '메시지는 PostgreSQL에 저장하며, Redis는 캐시로만 사용한다.',
  ],
  ['백업은 AES-256으로 암호화됩니다', '모든 백업 데이터는 AES-256 방식으로 암호화하여 보관한다.'],
  ['2019년에 베를린 사무소를 열었습니다', '회사는 2019년 베를린에 사무소를 개설하였다.'],
  ['월 이용료는 5,000원입니다', '이용료는 월 5000원이며 부가세는 별도이다.'],
];

/** A claim and a sentence on the same subject that does not say it. */
const unsupported: [claim: string, source: string][] = [
  [
    'The warranty lasts 36 months from the date of purchase',
    'The warranty period is 24 months, counted from the date of purchase.',
  ],
  ['Backups are encrypted with ChaCha20', 'All backups are encrypted at rest using AES-256.'],
  ['MySQL stores the messages', 'Messages are stored in PostgreSQL; Redis serves as the cache.'],
  ['The office in Paris opened in 2019', 'Our Berlin office was opened in 2019 with twelve people.'],
  [
    'Damaged goods are replaced free of charge by the shop',
    'Customers can cancel within 14 days of delivery and receive a full refund.',
  ],
  [
    'The service sends an alert to the administrator by mail',
    'A request that fails is retried three times by the service before it gives up.',
  ],
  [
    'Leave must be approved by the team lead in writing',
    'Up to 5 unused leave days may be carried over into the next year by each employee.',
  ],
  ['보증 기간은 구매일로부터 36개월입니다', '제품의 보증 기간은 구매일부터 24개월이다.'],
  ['연차는 팀장의 승인을 받아야 사용할 수 있습니다', '사용하지 않은 연차는 최대 5일까지 다음 해로 이월된다.'],
  ['회의실은 부서장의 허가를 받아 예약합니다', '회의실 사용 인원은 최대 8명이다.'],
  ['메시지는 MySQL에 저장됩니다', '메시지는 PostgreSQL에 저장하며, Redis는 캐시로만 사용한다.'],
  ['백업은 매일 새벽에 삭제됩니다', '모든 백업 데이터는 AES-256 방식으로 암호화하여 보관한다.'],
  [
    '파손된 상품은 무상으로 교환해 드립니다',
    '고객은 상품을 수령한 날부터 14일 이내에 환불을 신청할 수 있다.',
  ],
  ['파리 사무소는 2019년에 문을 닫았습니다', '회사는 2019년 베를린에 사무소를 개설하였다.'],
];

describe('the threshold of support, over the real terms', () => {
  it.each(supported)('"%s" rests on "%s"', (claim, source) => {
    const text = `An unrelated sentence about gardens. ${source} 관련 없는 문장이 뒤따른다.`;
    const quote = findQuote(claim, text, lexicalTerms);
    expect(quote && text.slice(quote.start, quote.end)).toBe(source);
  });

  it.each(unsupported)('"%s" does not rest on "%s"', (claim, source) => {
    expect(findQuote(claim, source, lexicalTerms)).toBeNull();
  });
});
