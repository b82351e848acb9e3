import { Module } from '@nestjs/common';
import { PathCheck } from '../platform/http/path-check.js';
import { TicketController } from './http/ticket.controller.js';
import { IdentityModule } from './identity.module.js';

@Module({ imports: [IdentityModule], controllers: [TicketController], providers: [PathCheck] })
export class IdentityHttpModule {}
