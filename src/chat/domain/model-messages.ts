import type { ContextPart } from './context-policy.js';

export interface RoleText {
  role: ContextPart['role'];
  content: string;
}

/** The parts as the model takes them: one system text, then user and assistant in turn. */
export const modelMessages = (parts: Pick<ContextPart, 'role' | 'content'>[]): RoleText[] => {
  const messages: RoleText[] = [];
  for (const { role, content } of parts) {
    const last = messages.at(-1);
    if (last?.role === role) last.content += `\n\n${content}`;
    else messages.push({ role, content });
  }
  return messages;
};
