import { Random } from '../test/random.js';
import type { RetrievalTask } from './evaluation-data.js';

/*
 * A collection of the project's own: machines of an invented works, each with a passage for each of its facts, in
 * Korean or in English. A question asks for one fact of one machine in other word forms than the passage has; the
 * machine's other passages refer to the same subject, and other machines' passages tell the same of themselves.
 */

interface Fact {
  /** As the page has it; `$` is the machine, `#` the value. */
  sentences: string[];
  questions: string[];
  /** How another passage refers to it. */
  reference: string;
  value(random: Random): string;
}

const english: Fact[] = [
  {
    sentences: ['The tank of $ holds # litres of coolant.', '$ was built with a coolant tank of # litres.'],
    questions: ['How many litres of coolant does the $ tank hold?', '$ coolant tanks: litres held'],
    reference: 'On its coolant tank and the litres it holds, see the next page.',
    value: (random) => String(random.between(11, 960)),
  },
  {
    sentences: [
      'Filters of $ have to be replaced every # hours.',
      'Operators replace the filter of $ after # hours.',
    ],
    questions: ['When must operators be replacing the filter of $?', 'filter replacement hours $'],
    reference: 'Filters, and how often operators replace them, have a page of their own.',
    value: (random) => String(random.between(100, 9_000)),
  },
  {
    sentences: ['Errors of $ are reported under the code #.', '$ reports its errors with code #.'],
    questions: ['Which code does $ report errors under?', 'error code reported by $'],
    reference: 'Error codes that it reports are listed elsewhere.',
    value: (random) => `E_${random.pick(['VALVE', 'PUMP', 'FLOW', 'HEAT'])}_${random.between(10, 99)}`,
  },
  {
    sentences: [
      'Training for $ takes # days in the northern hall.',
      '$ is taught for # days in the north hall.',
    ],
    questions: ['How many days of training does $ take?', 'days trained on $'],
    reference: 'How many days its training takes is told in another place.',
    value: (random) => String(random.between(2, 40)),
  },
  {
    sentences: [
      'The firmware of $ is written in # and updated over the network.',
      'Engineers wrote the firmware of $ in # and update it over a network.',
    ],
    questions: ['What is the firmware of $ written in?', 'language that firmware engineers write for $'],
    reference: 'Its firmware and the engineers who write it come later.',
    value: (random) => random.pick(['Rust 1.70', 'C++17', 'Ada 2012', 'Zig 0.11', 'Go 1.21']),
  },
];

const korean: Fact[] = [
  {
    sentences: ['$의 냉각수 탱크에는 #리터가 들어간다.', '$은 냉각수를 #리터까지 담을 수 있다.'],
    questions: ['$에는 냉각수가 몇 리터 들어갑니까?', '$ 냉각수 탱크 용량'],
    reference: '냉각수 탱크와 그 용량은 다음 쪽에 있다.',
    value: (random) => String(random.between(11, 960)),
  },
  {
    sentences: ['$의 필터는 #시간마다 교체해야 한다.', '작업자는 #시간이 지나면 $의 필터를 바꾼다.'],
    questions: ['$의 필터는 언제 교체하나요?', '$ 필터를 바꾸는 시간'],
    reference: '필터를 교체하는 시간은 따로 설명한다.',
    value: (random) => String(random.between(100, 9_000)),
  },
  {
    sentences: ['$에서 생긴 오류는 # 코드로 보고된다.', '$은 오류를 # 코드로 알린다.'],
    questions: ['$의 오류 코드는 무엇인가요?', '$에서 보고하는 오류는 어떤 코드입니까?'],
    reference: '보고되는 오류 코드는 다른 쪽에 적었다.',
    value: (random) => `E_${random.pick(['VALVE', 'PUMP', 'FLOW', 'HEAT'])}_${random.between(10, 99)}`,
  },
  {
    sentences: ['$ 교육은 북쪽 강당에서 #일 동안 진행한다.', '북쪽 강당에서 #일간 $을 가르친다.'],
    questions: ['$을 교육하는 데 며칠이 걸리나요?', '$ 교육 기간'],
    reference: '교육 기간과 강당은 뒤에서 다룬다.',
    value: (random) => String(random.between(2, 40)),
  },
  {
    sentences: [
      '$의 펌웨어는 #로 작성되었고 네트워크로 갱신된다.',
      '기술자들은 $의 펌웨어를 #로 작성하였다.',
    ],
    questions: ['$의 펌웨어는 무엇으로 작성했습니까?', '$ 펌웨어 작성 언어'],
    reference: '펌웨어를 작성한 언어는 나중에 나온다.',
    value: (random) => random.pick(['Rust 1.70', 'C++17', 'Ada 2012', 'Zig 0.11', 'Go 1.21']),
  },
];

const machines = {
  english: ['pump', 'press', 'furnace', 'conveyor', 'lathe', 'mixer', 'crane', 'boiler'],
  korean: ['펌프', '프레스', '용광로', '컨베이어', '선반', '혼합기', '크레인', '보일러'],
};
const series = ['Ka', 'Lo', 'Mi', 'Ter', 'Ran', 'Su', 'Ven', 'Do'];
const machinesOfEach = 24;

const fill = (template: string, machine: string, value = ''): string =>
  template.replaceAll('$', machine).replaceAll('#', value);

function namesOf(kinds: string[], random: Random): string[] {
  const names = new Set<string>();
  while (names.size < machinesOfEach)
    names.add(
      `${random.pick(series)}${random.pick(series).toLowerCase()} ${random.between(1, 9)} ${random.pick(kinds)}`,
    );
  return [...names];
}

/** 240 passages and as many questions, the same every time. */
export function syntheticTask(): RetrievalTask {
  const random = new Random(2026);
  const task: RetrievalTask = { name: 'synthetic', documents: [], queries: [], judgements: new Map() };
  const ask = (text: string, document: string): void => {
    const id = `q${task.queries.length}`;
    task.queries.push({ id, text });
    task.judgements.set(id, new Map([[document, 1]]));
  };
  for (const [facts, kinds] of [
    [english, machines.english],
    [korean, machines.korean],
  ] as const) {
    for (const machine of namesOf(kinds, random)) {
      for (const fact of facts) {
        const id = `p${task.documents.length}`;
        const others = random.shuffled(facts.filter((other) => other !== fact)).slice(0, 2);
        const told = fill(random.pick(fact.sentences), machine, fact.value(random));
        const text = random.shuffled([told, ...others.map(({ reference }) => reference)]).join(' ');
        task.documents.push({ id, text });
        ask(fill(random.pick(fact.questions), machine), id);
      }
    }
  }
  return task;
}
