import { AdmitAnswer } from './application/admit-answer.service.js';
import { CancelAnswer } from './application/cancel-answer.service.js';
import { DeleteConversation } from './application/delete-conversation.service.js';
import { DeleteMessage } from './application/delete-message.service.js';
import { EndedAnswers } from './application/ended-answers.js';
import { FollowAnswer } from './application/follow-answer.service.js';
import { ImportHistory } from './application/import-history.service.js';
import { ManageConversations } from './application/manage-conversations.service.js';
import { MessageInput } from './application/message-input.service.js';
import { PostMessage } from './application/post-message.service.js';
import { ReadMessages } from './application/read-messages.service.js';
import { RegenerateAnswer } from './application/regenerate-answer.service.js';
import { RemovedAnswers } from './application/removed-answers.service.js';
import { StartAnswer } from './application/start-answer.service.js';
import { AnswerEventsController } from './http/answer-events.controller.js';
import { AnswerRelay } from './http/answer-relay.js';
import { AnswerStart } from './http/answer-start.js';
import { ContextController } from './http/context.controller.js';
import { ConversationMessagesController } from './http/conversation-messages.controller.js';
import { ConversationsController } from './http/conversations.controller.js';
import { MessagesController } from './http/messages.controller.js';

/** Apart from the module, so that the integration suite can put them over fakes of the neighbours. */
export const chatHttpProviders = [
  AdmitAnswer,
  AnswerRelay,
  AnswerStart,
  CancelAnswer,
  DeleteConversation,
  DeleteMessage,
  EndedAnswers,
  FollowAnswer,
  ImportHistory,
  ManageConversations,
  MessageInput,
  PostMessage,
  ReadMessages,
  RegenerateAnswer,
  RemovedAnswers,
  StartAnswer,
];

export const chatControllers = [
  ConversationsController,
  ConversationMessagesController,
  ContextController,
  MessagesController,
  AnswerEventsController,
];
