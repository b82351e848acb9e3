import { OpenAiServer } from '../test/openai-server.js';

/** The same vectors for all, of hashed words; a server of its own, so that its work is nobody's event loop. */
const server = await OpenAiServer.start();
server.dimensions = Number(process.argv[2]);
process.send!(server.baseUrl);
