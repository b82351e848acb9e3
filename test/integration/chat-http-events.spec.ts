import { eventsAreRelayed } from './chat-http-events.tests.js';
import { ChatWorld } from './chat-world.js';

eventsAreRelayed(() => ChatWorld.open());
