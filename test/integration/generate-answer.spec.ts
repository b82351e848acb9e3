import { AnswerWorld } from './answer-world.js';
import { answersAreGenerated } from './generate-answer.tests.js';

answersAreGenerated(() => AnswerWorld.open());
