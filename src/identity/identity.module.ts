import { Module } from '@nestjs/common';
import { Authenticator } from '../platform/http/authenticator.port.js';
import { ApiKeyRepository } from './application/api-key.repository.js';
import { AuthenticateCaller } from './application/authenticate-caller.service.js';
import { IssueTicket } from './application/issue-ticket.service.js';
import { ManageKeys } from './application/manage-keys.service.js';
import { TicketRepository } from './application/ticket.repository.js';
import { SqlApiKeyRepository } from './infrastructure/sql-api-key.repository.js';
import { SqlTicketRepository } from './infrastructure/sql-ticket.repository.js';

@Module({
  providers: [
    { provide: ApiKeyRepository, useClass: SqlApiKeyRepository },
    { provide: TicketRepository, useClass: SqlTicketRepository },
    { provide: Authenticator, useClass: AuthenticateCaller },
    IssueTicket,
    ManageKeys,
  ],
  exports: [Authenticator, IssueTicket, ManageKeys],
})
export class IdentityModule {}
