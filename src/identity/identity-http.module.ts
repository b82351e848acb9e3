import { Module } from '@nestjs/common';
import { TicketController } from './http/ticket.controller.js';
import { IdentityModule } from './identity.module.js';

@Module({ imports: [IdentityModule], controllers: [TicketController] })
export class IdentityHttpModule {}
