/*
 * Conversations of the project's own making, and no more than that: invented products with a passage for each of their
 * facts, a question about one of them, and a second question that leaves out either the fact or the product.
 */

interface Aspect {
  passage: string;
  /** Names the product (`$`). */
  question: string;
  /** Refers to it. */
  pronoun: string;
}

interface Wording {
  language: 'ko' | 'en';
  products: string[];
  aspects: Aspect[];
  /** Names another product and nothing else. */
  others: string[];
}

const english: Wording = {
  language: 'en',
  products: ['Kestrel', 'Bluefin', 'Marigold', 'Tamarack'],
  others: ['And for $?', 'What about $?', 'And with $?'],
  aspects: [
    {
      passage: 'To install $, run the setup program and choose a folder for its data.',
      question: 'How do I install $?',
      pronoun: 'How do I install it?',
    },
    {
      passage: 'A licence of $ is sold for each seat and year, and costs less from ten seats on.',
      question: 'What does a licence of $ cost?',
      pronoun: 'What does its licence cost?',
    },
    {
      passage: 'Backups of $ are written every night to the archive server and kept for a season.',
      question: 'How long are backups of $ kept?',
      pronoun: 'How long are its backups kept?',
    },
    {
      passage: '$ accepts uploads up to a limit in megabytes; larger files are refused.',
      question: 'How large may uploads to $ be?',
      pronoun: 'How large may uploads to it be?',
    },
    {
      passage: 'The support desk of $ answers the telephone on working days until the evening.',
      question: 'When does the support desk of $ answer?',
      pronoun: 'When does their support desk answer?',
    },
  ],
};

const korean: Wording = {
  language: 'ko',
  products: ['케스트럴', '블루핀', '메리골드', '타마락'],
  others: ['그럼 $은?', '$은요?', '그러면 $에서는?'],
  aspects: [
    {
      passage: '$ 설치는 설치 프로그램을 실행하고 데이터를 둘 폴더를 고르면 된다.',
      question: '$ 설치는 어떻게 합니까?',
      pronoun: '그건 어떻게 설치합니까?',
    },
    {
      passage: '$ 라이선스는 좌석과 연 단위로 판매하며 열 좌석부터 비용이 내려간다.',
      question: '$ 라이선스 비용은 얼마입니까?',
      pronoun: '그거 라이선스 비용은 얼마입니까?',
    },
    {
      passage: '$ 백업은 매일 밤 보관 서버에 기록되고 한 계절 동안 보존된다.',
      question: '$ 백업은 얼마나 보존됩니까?',
      pronoun: '그럼 백업은 얼마나 보존됩니까?',
    },
    {
      passage: '$ 업로드에는 메가바이트 한도가 있어 더 큰 파일은 거절된다.',
      question: '$ 업로드 한도는 얼마입니까?',
      pronoun: '그리고 업로드 한도는 얼마입니까?',
    },
    {
      passage: '$ 상담 창구는 평일 저녁까지 전화를 받는다.',
      question: '$ 상담 창구는 언제 전화를 받습니까?',
      pronoun: '거기 상담 창구는 언제 전화를 받습니까?',
    },
  ],
};

export interface FollowUp {
  language: 'ko' | 'en';
  kind: 'another product' | 'pronoun';
  before: string;
  question: string;
  /** The same, as it can be understood by itself. */
  standalone: string;
  /** Which passage answers it. */
  passage: number;
}

export interface FollowUpSet {
  passages: string[];
  followUps: FollowUp[];
}

export function followUpSet(): FollowUpSet {
  const set: FollowUpSet = { passages: [], followUps: [] };
  for (const { language, products, aspects, others } of [english, korean]) {
    const first = set.passages.length;
    const at = (product: number, aspect: number): number =>
      first + (product % products.length) * aspects.length + (aspect % aspects.length);
    const fill = (template: string, product: number): string =>
      template.replaceAll('$', products[product % products.length]!);
    for (const product of products.keys())
      for (const { passage } of aspects) set.passages.push(fill(passage, product));
    for (const product of products.keys()) {
      for (const [index, aspect] of aspects.entries()) {
        const before = fill(aspect.question, product);
        const next = aspects[(index + 1) % aspects.length]!;
        set.followUps.push({
          language,
          kind: 'another product',
          before,
          question: fill(others[index % others.length]!, product + 1),
          standalone: fill(aspect.question, product + 1),
          passage: at(product + 1, index),
        });
        set.followUps.push({
          language,
          kind: 'pronoun',
          before,
          question: next.pronoun,
          standalone: fill(next.question, product),
          passage: at(product, index + 1),
        });
      }
    }
  }
  return set;
}
